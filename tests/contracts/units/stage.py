"""What the contract needs of a kind of unit: a stand-in that can be plugged into, and an entry for the units file.

A new kind adds its stage to `stages.py`. Nothing here knows a protocol.
"""

from typing import Protocol

UNIT = "EVSE-1"
"""The charge point's id in every test."""


class Stage(Protocol):
    """One stand-in unit that is running. Verbs return at once; the bridge hears of them in its own time."""

    entry: str
    """TOML of the units file; the unit's id is ``UNIT``."""
    switches_power: bool
    sees_a_plug: bool
    """It tells a car that is plugged in and draws nothing from no car."""
    resolution_wh: int
    """What the energy of a charge may be wrong by."""

    def plug(self) -> None:
        """A car comes, and draws nothing yet."""
        ...

    def charge(self, energy_wh: int) -> None:
        """The car asks for power, and where it is given takes so much."""
        ...

    def full(self) -> None:
        """The car wants no more; the plug stays."""
        ...

    def unplug(self) -> None: ...

    def gives_power(self) -> bool:
        """Whether a car would get some now."""
        ...

    def vanish(self) -> None:
        """Its link is gone; what happens to it now nobody hears."""
        ...

    def return_(self) -> None:
        """Its link is back."""
        ...

    def limit_a(self) -> float | None:
        """The limit at the unit itself; None where it has none."""
        ...

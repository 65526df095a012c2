"""What samples come from: a charger's meter, or a building's."""

from typing import Protocol

TOLD_BEFORE = "nothing newer than what was told before"
"""Why a message is of no use whose samples are all late: a meter that sends no other is silent, or its clock stands."""


class Source(Protocol):
    """One meter, whatever way its samples come."""

    @property
    def name(self) -> str:
        """For the log."""
        ...

    @property
    def token(self) -> str:
        """Of its posts."""
        ...

    @property
    def silence_s(self) -> float:
        """After so long without a new sample it is lost."""
        ...

    def take(self, body: bytes | bytearray | str) -> str:
        """A message. Why it is of no use yet (`TOLD_BEFORE`: never), or "". Raises
        :class:`ocpp_bridge.units.meter.sample.BadSample`.
        """
        ...

    def lost(self, why: str) -> None:
        """It has been silent for too long, or its broker is gone."""
        ...

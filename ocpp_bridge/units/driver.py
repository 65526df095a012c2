"""What a new kind of charger must implement, and nothing else: `Driver` and `Control`. ``docs/extending.md`` shows how.

A driver owns its protocol and its transport. It tells what it *sees* (`Observation`: levels, repeated as often as it
likes) and does what it is asked (`Control`). Edges, transactions, energy, holds, reconnects, restarts and the spool are
the core's (`ocpp_bridge.units.connector`, `.unit`), the same for every kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from wire.building import BuildingReading
from wire.settings import SettingSupport

Value = bool | int | float | str | tuple[str, ...] | None
"""Of a setting, by its name in `wire.settings.SettingValues`, where names, types and units are told."""

REBOOT, START, STOP = "reboot", "start", "stop"
"""Commands a unit may have, besides its settings."""


class LinkLost(Exception):
    """The unit, or its cloud, does not answer any more; the text says why. The core tries again."""


class Refused(Exception):
    """The unit heard and said no; ``answer`` is its own word."""

    def __init__(self, answer: str, why: str = "") -> None:
        super().__init__(why or answer)
        self.answer = answer


class Unsupported(Exception):
    """No unit of the kind can do it; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a kind of unit can do. It travels with the Boot event; the API shows it and refuses the rest."""

    protocol: str
    """As the Boot's: "openevse-rapi", "chargeamps" …"""
    settings: Mapping[str, SettingSupport] = field(default_factory=dict)
    """By name (`wire.settings.SETTINGS`): what can be read or written, and within which bounds."""
    commands: tuple[str, ...] = ()
    """Out of ``REBOOT, START, STOP``. A unit that switches power has START and STOP."""
    switches_power: bool = False
    """`Control.switch` works: holds are enforced by `power`. Otherwise nothing can be refused: `presumed`."""
    lifetime_counter: bool = False
    """``energy_ws`` counts over the unit's life; otherwise from 0 with each ``session`` or plug."""
    connectors: tuple[int, ...] = (1,)

    @property
    def enforcement(self) -> str:
        """How a hold is kept, in the API's word."""
        return "power" if self.switches_power else "presumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the unit says it is."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One connector as it is at a moment: levels, no edges. Repeats are free. What the unit does not say stays None."""

    at: datetime
    """By the bridge's clock (`UnitPort.now`), or the unit's own instant where it is older than that: a poll's answer
    may tell of the past."""
    connector: int = 1
    plugged: bool | None = None
    """A car is connected. None: it cannot be told now, and stays as it was."""
    charging: bool = False
    """Power flows, or the car asks for it and the unit gives."""
    enabled: bool = True
    """False: the unit gives nothing, whatever the car asks for (off, asleep, locked)."""
    fault: str = ""
    """The error, in one word of the vendor's or the protocol's. A car may be plugged and a charge open all the same."""
    unavailable: bool = False
    """It works, but cannot be used: restarting, updating, out of service by its owner."""
    session: str = ""
    """The vendor's id of the charge: another one is another car, also where no gap between them was seen."""
    stay: str = ""
    """Which car is there, by any name, where the unit can tell: another one is another car, also where no gap between
    them was seen. Unlike ``session`` it is no id of the vendor's, and is told by nobody."""
    energy_ws: int | None = None
    """Watt-seconds on the unit's own counter, of this session or its life (`Declaration.lifetime_counter`)."""
    counter: str = ""
    """Which count ``energy_ws`` is of, where ``session`` does not say it: another one began at 0."""
    former_energy_ws: int | None = None
    """Where ``session`` or ``counter`` is a new one: the final count of the one before, if the unit tells it."""
    current_ma: tuple[int | None, ...] = ()
    """By phase, L1 first; a single value on a single phase. None: not measured."""
    voltage_mv: tuple[int | None, ...] = ()
    power_w: int | None = None
    limit_a: float | None = None
    """What the car may draw per phase."""
    tag: str = ""
    """The card that began the charge at the unit itself, where that is known."""
    session_type: str = ""
    """``1-phase`` or ``3-phase``, where the unit says so of the running charge; else its currents tell."""


class Control(Protocol):
    """What the core asks of one connected unit, one call at a time. Every method may raise `LinkLost`, `Refused` or
    `Unsupported`; what the unit did is told again by the next observation.
    """

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:
        """Give power to whoever is plugged in (for the driver of ``tag``, "" for anybody), or none: at once, and until
        told otherwise. A plug must stay visible while it is off, if the unit can.
        """
        ...

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:
        """Write ``wanted`` (nothing: only read), then read all settings back from the unit and return them.

        Names are declared ones, values within declared bounds; the core gives one at a time. A value that the unit
        clamps is no error: what is read back tells. `Refused` where it does not take it. What the unit has but does
        not tell is left out.
        """
        ...

    async def reboot(self) -> None:
        """Restart the unit."""
        ...


class Memory(Protocol):
    """What a driver wants to find again after a restart of the bridge: small texts by name, durable in the spool with
    whatever follows from it.
    """

    def get(self, name: str) -> str:
        """The text, "" where there is none."""
        ...

    def put(self, name: str, text: str) -> None:
        """Keep it; an empty text forgets it."""
        ...


class UnitPort(Protocol):
    """The core's side of one unit: what a driver tells. Nothing here waits or raises; order is kept."""

    @property
    def charge_point_id(self) -> str: ...

    @property
    def memory(self) -> Memory: ...

    def now(self) -> datetime:
        """The bridge's clock."""
        ...

    def connected(self, identity: Identity, control: Control) -> None:
        """The unit answers. Again with another identity, or after it restarted: a Boot."""
        ...

    def observed(self, *observations: Observation) -> None:
        """How its connectors are now, each in its order of time."""
        ...

    def corrected(self, connector: int, session: str, energy_ws: int) -> None:
        """The vendor's own record of an ended session says another energy than was told: tell it anew."""
        ...

    def noticed(self, action: str, payload: dict[str, Any]) -> None:
        """Something worth keeping that changes no charger: a notice of the charge point."""
        ...

    def disconnected(self, why: str) -> None:
        """The unit does not answer. Charges stay open; it is offline if that lasts."""
        ...


class BuildingPort(Protocol):
    """The core's side of a location's building meter. Nothing here waits or raises."""

    @property
    def newest_at(self) -> datetime | None:
        """Of the newest reading that was told, by a former process, too."""
        ...

    @property
    def refused(self) -> str:
        """Why the API takes none of this location; empty while it does."""
        ...

    def tell(self, reading: BuildingReading) -> None:
        """It is kept, and posted within ten seconds where the API answers."""
        ...


class DriverPorts(Protocol):
    """What a driver is given."""

    def unit(self, charge_point_id: str, declaration: Declaration) -> UnitPort | None:
        """The unit of this id. None while the API does not know it: it is shown there as an attempt, to be adopted; ask
        again at the next look.
        """
        ...

    def building(self, location_id: str) -> BuildingPort:
        """For a driver that hears the meter of a location's building."""
        ...

    def failing(self, why: str) -> None:
        """For a driver that waits failures out by itself: why its link does not work now; "" when it does."""
        ...

    def now(self) -> datetime:
        """The bridge's clock."""
        ...


class Driver(Protocol):
    """One entry of the units file: one unit, or an account with many.

    Made by a function ``make(entry: Entry) -> Driver`` that is named in ``ocpp_bridge.units.kinds``; it checks the
    entry's options and raises `BadEntry` (one readable line), and touches no network.
    """

    async def run(self, ports: DriverPorts) -> None:
        """Connect and talk until cancelled. `LinkLost` (or ``OSError``) when the link ends: it is run again after a
        while, longer each time, and the entry's units count as disconnected meanwhile.
        """
        ...


class BadEntry(Exception):
    """An entry of the units file cannot be used; the text says which option and why, without any secret."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[unit]]`` or ``[[account]]`` of the units file."""

    driver: str
    charge_point_id: str = ""
    """Of a unit; an account finds its own."""
    address: str = field(default="", repr=False)
    """May hold a password: never shown."""
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Everything else, as TOML gave it. May hold secrets: never shown."""
    sample_s: float = 10.0
    """Seconds between the readings of a charge that are told, for every driver the same option."""

"""What OpenEVSE's states mean to the core. `docs/units.md` has the same table, made from this one.

``evse`` is what the unit does, ``pilot`` what the car asks for: they differ while it sleeps (FE, 03: it still asks).
"""

from dataclasses import dataclass
from enum import Enum

EV_CONNECTED, CHARGING_ON, SESSION_ENDED = 0x0100, 0x0040, 0x0200
SLEEPING, DISABLED = 0xFE, 0xFF


class Doing(Enum):
    """What the unit does in a state."""

    READY = "gives power when the car asks"
    CHARGING = "power flows"
    OFF = "gives none, whatever the car asks for"
    FAULT = "gives none, something is wrong"
    STARTING = "cannot be used yet"


@dataclass(frozen=True, slots=True)
class EvseState:
    """One row. ``plugged`` is what the state itself says of a car; None: the pilot says it."""

    name: str
    doing: Doing
    plugged: bool | None = None
    fault: str = ""


STATES = {
    0x00: EvseState("unknown", Doing.STARTING),
    0x01: EvseState("A, not connected", Doing.READY, plugged=False),
    0x02: EvseState("B, connected", Doing.READY, plugged=True),
    0x03: EvseState("C, charging", Doing.CHARGING, plugged=True),
    0x04: EvseState("D, charging with ventilation", Doing.CHARGING, plugged=True),
    0x05: EvseState("diode check failed", Doing.FAULT, fault="DiodeCheckFailed"),
    0x06: EvseState("ground fault (GFCI)", Doing.FAULT, fault="GroundFailure"),
    0x07: EvseState("no ground", Doing.FAULT, fault="NoGround"),
    0x08: EvseState("stuck relay", Doing.FAULT, fault="StuckRelay"),
    0x09: EvseState("GFI self-test failed", Doing.FAULT, fault="GfiSelfTestFailed"),
    0x0A: EvseState("over-temperature", Doing.FAULT, fault="HighTemperature"),
    0x0B: EvseState("over-current", Doing.FAULT, fault="OverCurrentFailure"),
    0x0E: EvseState("relay closure", Doing.FAULT, fault="RelayClosure"),
    SLEEPING: EvseState("sleeping", Doing.OFF),
    DISABLED: EvseState("disabled", Doing.OFF),
}
_FAULTS = range(0x05, 0x10)


@dataclass(frozen=True, slots=True)
class Pilot:
    """One of J1772's voltages on the pilot line, by which a car speaks. ``plugged`` None: it says nothing of a car."""

    letter: str
    volts: int
    meaning: str
    plugged: bool | None


PILOTS = {
    0x01: Pilot("A", 12, "not connected", plugged=False),
    0x02: Pilot("B", 9, "connected, wants nothing", plugged=True),
    0x03: Pilot("C", 6, "asks for power", plugged=True),
    0x04: Pilot("D", 3, "asks for power with ventilation", plugged=True),
    0x05: Pilot("E", 0, "no power at the unit", plugged=None),
    0x06: Pilot("F", -12, "the unit cannot be used", plugged=None),
}
"""As RAPI numbers them. Only a falling edge ends a charge: a car was there, and now it is A."""
SELF_TESTS = {0x07: "NoGround", 0x08: "StuckRelay", 0x09: "GfiSelfTestFailed"}
"""What a boot line's result says; 00 is well."""


def state_of(evse: int) -> EvseState:
    """A state's row; one that nobody knows is a fault among the faults, else as if starting."""
    known = STATES.get(evse)
    if known is not None:
        return known
    if evse in _FAULTS:
        return EvseState("another fault", Doing.FAULT, fault=f"State{evse:02X}")
    return EvseState("another state", Doing.STARTING)


def is_plugged(evse: int, pilot: int | None, vflags: int | None) -> bool | None:
    """Whether a car is connected; None: neither state nor pilot nor flags tell."""
    by_state = state_of(evse).plugged
    if by_state is not None:
        return by_state
    known = PILOTS.get(pilot) if pilot is not None else None
    if known is not None and known.plugged is not None:
        return known.plugged
    return True if vflags is not None and vflags & EV_CONNECTED else None

"""What the vendor calls a connector's state, by name or number, and what that means. No other file knows these words.

Charge points that speak OCPP and those that speak the vendor's own CAPI number their states differently. Names tell
the two apart; where only a number is told, the charge point's type does, or the units file.
"""

from dataclasses import dataclass

OCPP, CAPI = "ocpp", "capi"
CAPI_TYPES = frozenset({"halo", "aura"})
"""Types of charge points that speak CAPI, folded. All others speak OCPP."""


@dataclass(frozen=True, slots=True)
class State:
    """``plugged`` None: it does not say. ``gives`` False: the charge point gives nothing, whatever the car asks for.
    ``known`` False: it says nothing at all.
    """

    name: str
    plugged: bool | None = None
    charging: bool = False
    gives: bool = True
    faulted: bool = False
    unavailable: bool = False
    known: bool = True


UNKNOWN = State("Unknown", known=False)
TABLES: dict[str, tuple[State, ...]] = {
    OCPP: (
        State("Available", plugged=False),
        State("Preparing", plugged=True),
        State("Charging", plugged=True, charging=True),
        State("SuspendedEVSE", plugged=True, gives=False),
        State("SuspendedEV", plugged=True),
        State("Finishing", plugged=True),
        State("Reserved", plugged=False, unavailable=True),  # By somebody in the vendor's own app.
        State("Unavailable", unavailable=True),
        State("Faulted", faulted=True),
        UNKNOWN,
    ),
    CAPI: (
        State("Available", plugged=False),
        State("Charging", plugged=True, charging=True),
        State("Connected", plugged=True),
        State("Error", faulted=True),
        UNKNOWN,
    ),
}
"""By number: a state's place is its number."""
_NAMED = {state.name.casefold(): state for table in TABLES.values() for state in table}


def words_of(charge_point_type: str) -> str:
    """Which table a charge point's numbers are from, by its type."""
    return CAPI if charge_point_type.casefold() in CAPI_TYPES else OCPP


def read(status: str | int, words: str) -> State:
    """A status as it was told: a name, a number, or a number in text. Anything else is :data:`UNKNOWN`."""
    if isinstance(status, str):
        folded = status.strip().replace("_", "").replace(" ", "").casefold()
        if not (folded.isascii() and folded.isdecimal() and len(folded) < 4):
            return _NAMED.get(folded, UNKNOWN)
        status = int(folded)
    table = TABLES[words]
    return table[status] if 0 <= status < len(table) else UNKNOWN


def is_offline(status: str | int | None) -> bool:
    """Does the cloud say of the whole charge point that it does not hear it?"""
    return isinstance(status, str) and status.strip().casefold() in {"offline", "disconnected"}

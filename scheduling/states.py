"""The state machines, as tables. What is not in a table of requests is a conflict; tables of reports are total.

``docs/states.md`` is generated from these, and the rules look nowhere else for what is allowed.
"""

from enum import StrEnum
from itertools import product

from model.account import UserState
from model.charger import ChargerState, Phase


class Standing(StrEnum):
    """Where a driver stands at one location."""

    NONE = "none"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    OFFERED = "offered"
    HELD = "held"
    CHARGING = "charging"
    FULL = "full"


USER_STATES = {
    Standing.NONE: UserState.INACTIVE,
    Standing.WAITING: UserState.IN_QUEUE,
    Standing.SNOOZED: UserState.IN_QUEUE,
    Standing.OFFERED: UserState.ASSIGNED,
    Standing.HELD: UserState.ASSIGNED,
    Standing.CHARGING: UserState.CONNECTED_CHARGING,
    Standing.FULL: UserState.CONNECTED_FULL,
}

REQUESTS: dict[tuple[Standing, str], Standing] = {
    (Standing.NONE, "Join"): Standing.WAITING,
    (Standing.NONE, "Reserve"): Standing.HELD,
    (Standing.NONE, "StartCharging"): Standing.HELD,
    (Standing.WAITING, "Leave"): Standing.NONE,
    (Standing.WAITING, "StartCharging"): Standing.HELD,
    (Standing.SNOOZED, "Leave"): Standing.NONE,
    (Standing.SNOOZED, "StartCharging"): Standing.HELD,
    (Standing.OFFERED, "Accept"): Standing.HELD,
    (Standing.OFFERED, "Decline"): Standing.NONE,
    (Standing.OFFERED, "Leave"): Standing.NONE,
    (Standing.OFFERED, "Snooze"): Standing.SNOOZED,
    (Standing.OFFERED, "End"): Standing.NONE,
    (Standing.OFFERED, "StartCharging"): Standing.HELD,
    (Standing.HELD, "Accept"): Standing.HELD,
    (Standing.HELD, "Decline"): Standing.NONE,
    (Standing.HELD, "Leave"): Standing.NONE,
    (Standing.HELD, "End"): Standing.NONE,
    (Standing.HELD, "CancelReservation"): Standing.NONE,
    (Standing.HELD, "StartCharging"): Standing.HELD,
    (Standing.CHARGING, "StopCharging"): Standing.CHARGING,
    (Standing.CHARGING, "NotMe"): Standing.WAITING,
    (Standing.CHARGING, "End"): Standing.NONE,
    (Standing.FULL, "StartCharging"): Standing.FULL,
    (Standing.FULL, "StopCharging"): Standing.FULL,
    (Standing.FULL, "NotMe"): Standing.WAITING,
    (Standing.FULL, "End"): Standing.NONE,
    (Standing.NONE, "Blocked"): Standing.NONE,
    (Standing.WAITING, "Blocked"): Standing.WAITING,
    (Standing.SNOOZED, "Blocked"): Standing.SNOOZED,
    (Standing.OFFERED, "Blocked"): Standing.WAITING,
    (Standing.HELD, "Blocked"): Standing.WAITING,
    (Standing.WAITING, "PleaseMove"): Standing.WAITING,
    (Standing.SNOOZED, "PleaseMove"): Standing.SNOOZED,
}
"""(where the driver stands, request) → where the driver stands then. Absent: 409."""


class Act(StrEnum):
    """What a report does to a session."""

    NOTHING = "nothing"
    """It stays as it is."""
    UNPLUG = "unplug"
    """No car: a plugged session without a transaction ends."""
    OCCUPY = "occupy"
    """A car stands plugged in, which identifies nobody."""
    OPEN = "open"
    """A session of nobody begins."""
    PRESUME = "presume"
    """The plug counts as the holder's."""
    FILL = "fill"
    """The car takes no more."""
    AGAIN = "again"
    """A full car takes energy again."""
    SUSPEND = "suspend"
    """The car takes nothing for now: full if it stays so."""
    FOREIGN = "foreign"
    """Somebody else reserved it at the charge point."""
    FAIL = "fail"
    """Not usable: an offer or hold goes back to the front of the queue, a reservation ends; a charge is kept."""


SESSIONS: tuple[Phase | None, ...] = (None, *Phase)
_UNPLUGGED: tuple[Phase | None, ...] = (None, Phase.OFFERED, Phase.HELD)

STATUSES: dict[tuple[Phase | None, str], Act] = {
    **{(phase, "available"): Act.UNPLUG for phase in SESSIONS},
    **{(phase, "preparing"): Act.OCCUPY for phase in SESSIONS},
    **{(phase, "occupied"): Act.OCCUPY for phase in SESSIONS},
    **dict.fromkeys(product(_UNPLUGGED, ("charging", "suspended_evse")), Act.OCCUPY),
    **dict.fromkeys(product(_UNPLUGGED, ("suspended_ev", "finishing")), Act.OCCUPY),
    (Phase.CHARGING, "charging"): Act.AGAIN,
    (Phase.CHARGING, "suspended_evse"): Act.AGAIN,
    (Phase.CHARGING, "suspended_ev"): Act.SUSPEND,
    (Phase.CHARGING, "finishing"): Act.FILL,
    (Phase.FULL, "charging"): Act.AGAIN,
    (Phase.FULL, "suspended_evse"): Act.OCCUPY,
    (Phase.FULL, "suspended_ev"): Act.OCCUPY,
    (Phase.FULL, "finishing"): Act.OCCUPY,
    (None, "reserved"): Act.FOREIGN,
    **{(phase, "reserved"): Act.NOTHING for phase in Phase},
    **dict.fromkeys(product(SESSIONS, ("faulted", "unavailable")), Act.FAIL),
}
"""(session on the charger, OCPP status) → what it does. Total."""

RESERVED = "reserved"
"""The charge point's word for a connector that it keeps for somebody."""

WITHHELD = "suspended_evse"
"""Its word for a connector at which it gives nothing, though the car would take it."""

DRAWS: dict[tuple[Phase | None, bool], Act] = {
    (Phase.CHARGING, False): Act.SUSPEND,
    (Phase.CHARGING, True): Act.AGAIN,
    (Phase.FULL, True): Act.AGAIN,
}
"""(session on the charger, whether its car draws power by the readings) → what it does. Absent: nothing."""

LEVELS: dict[tuple[Phase | None, str], Act] = {
    (None, "available"): Act.UNPLUG,
    (None, "charging"): Act.OPEN,
    (None, "full"): Act.OCCUPY,
    **{
        (phase, level): act
        for phase in (Phase.OFFERED, Phase.HELD)
        for level, act in (("available", Act.NOTHING), ("charging", Act.PRESUME), ("full", Act.OCCUPY))
    },
    (Phase.CHARGING, "available"): Act.UNPLUG,
    (Phase.CHARGING, "charging"): Act.NOTHING,
    (Phase.CHARGING, "full"): Act.FILL,
    (Phase.FULL, "available"): Act.UNPLUG,
    (Phase.FULL, "charging"): Act.AGAIN,
    (Phase.FULL, "full"): Act.NOTHING,
    **dict.fromkeys(product(SESSIONS, ("faulted", "unavailable")), Act.FAIL),
}
"""(session on the charger, level a unit reports) → what it does. Total over the levels a unit may report."""

LEVEL_NAMES = ("available", "charging", "full", "faulted", "unavailable")

ADMIN: dict[tuple[ChargerState, str], str] = {
    (ChargerState.AVAILABLE, "available"): "clear",
    (ChargerState.AVAILABLE, "unavailable"): "take_out",
    (ChargerState.PRE_SESSION, "available"): "withdraw",
    (ChargerState.PRE_SESSION, "charging"): "plug_in",
    (ChargerState.PRE_SESSION, "unavailable"): "take_out",
    (ChargerState.CHARGING, "charging"): "nothing",
    (ChargerState.CHARGING, "full"): "fill",
    (ChargerState.CHARGING, "available"): "end",
    (ChargerState.FULL, "full"): "nothing",
    (ChargerState.FULL, "charging"): "again",
    (ChargerState.FULL, "available"): "end",
    (ChargerState.UNAVAILABLE, "unavailable"): "nothing",
    (ChargerState.UNAVAILABLE, "available"): "put_back",
    (ChargerState.FAULTED, "available"): "put_back",
    (ChargerState.FAULTED, "unavailable"): "take_out",
    (ChargerState.OFFLINE, "unavailable"): "take_out",
    (ChargerState.UNKNOWN, "available"): "put_back",
    (ChargerState.UNKNOWN, "unavailable"): "take_out",
}
"""(state shown, state an admin asks for) → what is done. Absent: 409."""

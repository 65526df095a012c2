"""The modules: what each does, and what it begins with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """``users``: Locust's, one for the whole fleet or one a charge point. ``connected``: whether charge points are
    booted before the trial begins. ``actions``: those whose latency its report draws.
    """

    words: str
    users: str
    connected: bool
    actions: dict[str, tuple[str, ...]]


STATUSES = ("BootNotification", "StatusNotification")
CHARGES = {
    "ocpp1.6": ("Authorize", "StartTransaction", "MeterValues", "StopTransaction"),
    "ocpp2.0.1": ("Authorize", "TransactionEvent", "StatusNotification"),
}

MODULES = {
    "outage_ends": Module(
        "all charge points come back at once and boot, again and again",
        "one",
        connected=False,
        actions=dict.fromkeys(CHARGES, STATUSES),
    ),
    "charging": Module("all charge at once and send meter values", "each", connected=True, actions=CHARGES),
    "idle": Module(
        "all connect at once and stay idle",
        "one",
        connected=False,
        actions=dict.fromkeys(CHARGES, (*STATUSES, "Heartbeat")),
    ),
    "transactions": Module(
        "each charges and stops, again and again, with three meter values", "each", connected=True, actions=CHARGES
    ),
}

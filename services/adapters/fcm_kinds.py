"""Adapters, FCM: what each kind of message is to a phone: its title, how long it is worth showing, whether it wakes."""

from dataclasses import dataclass
from datetime import timedelta

from scheduling.effects import Alert, Message


@dataclass(frozen=True, slots=True)
class Kind:
    """``ttl`` counts from sending and holds where the message has no deadline of its own."""

    title: str
    ttl: timedelta
    urgent: bool = False
    """Somebody has to act now: high priority and a sound. The rest may wait until the phone wakes by itself."""


_SOON, _HOURS, _DAY = timedelta(minutes=15), timedelta(hours=4), timedelta(days=1)

KINDS: dict[str, Kind] = {
    Message.JOINED: Kind("You are in the queue", _HOURS),
    Message.OFFERED: Kind("A charger is free for you", _SOON, urgent=True),
    Message.HELD: Kind("Your charger is held", _SOON, urgent=True),
    Message.LAPSED: Kind("Your offer has lapsed", _HOURS),
    Message.SNOOZED: Kind("You are asked again later", _HOURS),
    Message.NO_SHOW: Kind("You did not plug in", _HOURS),
    Message.WITHDRAWN: Kind("Your offer was withdrawn", _HOURS),
    Message.FRONT: Kind("You are first in the queue", _HOURS),
    Message.RESERVATION_ENDED: Kind("Your reservation has ended", _HOURS),
    Message.STARTED: Kind("Charging has started", _HOURS),
    Message.FULL: Kind("Your car is full", _HOURS, urgent=True),
    Message.ENDED: Kind("Your session has ended", _DAY),
    Message.REMOVED: Kind("You left the queue", _DAY),
    Message.RESET: Kind("The queue was emptied", _DAY),
    Message.START_FAILED: Kind("Charging did not start", _SOON, urgent=True),
    Message.QUOTA_USED: Kind("Your quota is used up", _HOURS, urgent=True),
    Message.BALANCE_USED: Kind("Your balance is used up", _HOURS, urgent=True),
    f"alert.{Alert.NOT_ME}": Kind("A car is not its driver's", _HOURS),
    f"alert.{Alert.FAULTED}": Kind("Charger faulted", _DAY),
    f"alert.{Alert.OFFLINE}": Kind("Charger offline", _DAY),
    f"alert.{Alert.STRANGER}": Kind("A stranger charges", _HOURS),
    f"alert.{Alert.MEASURED}": Kind("A measured value is past its limit", _DAY),
    f"alert.{Alert.ANOMALY}": Kind("Charger reports what does not fit", _DAY),
}
OTHER = Kind("Kilowait", _HOURS)


def kind_named(kind: str) -> Kind:
    """The row of a kind; a kind without one is an ordinary message."""
    return KINDS.get(kind, OTHER)

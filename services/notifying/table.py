"""Notifying: the one table of messages: who gets each, on which channels, and what for. Makes docs/notifications.md."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from scheduling.effects import Alert, Message


class Channel(StrEnum):
    """How a message comes to its reader."""

    PUSH = "push"
    """To phones and browsers: FCM and Web Push."""
    MAIL = "mail"
    CHAT = "chat"
    """To the managers of a location together: webhook, Slack, Teams."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message."""

    when: str
    """What happened, for the page of messages."""
    ttl: timedelta
    """How long it is worth showing, from sending; holds where the message has no deadline of its own."""
    urgent: bool = False
    """Somebody has to act now: high priority and a sound. The rest may wait until the phone wakes by itself."""
    channels: tuple[Channel, ...] = (Channel.PUSH,)
    """Where it goes unless its reader says otherwise."""
    otherwise: tuple[Channel, ...] = ()
    """Where it goes to who has nothing of those; of an offer, also where it goes next when nobody saw it."""
    switchable: bool = True
    """Whether its reader may switch all of it off."""


_SOON, _HOURS, _DAY = timedelta(minutes=15), timedelta(hours=4), timedelta(days=1)
_MAIL = (Channel.MAIL,)
_ALERT = (Channel.PUSH, Channel.CHAT)

TABLE: dict[str, Row] = {
    Message.JOINED: Row("joined the queue by holding a card to a busy charger", _HOURS),
    Message.OFFERED: Row("a charger is offered", _SOON, urgent=True, otherwise=_MAIL, switchable=False),
    Message.HELD: Row("the offer was accepted, or a charger reserved", _SOON, urgent=True),
    Message.LAPSED: Row("the offer was not answered in time", _HOURS, otherwise=_MAIL),
    Message.SNOOZED: Row("the offer was put off", _HOURS),
    Message.HOLD_ENDING: Row("the time to plug in ends soon", _SOON, urgent=True, otherwise=_MAIL),
    Message.NO_SHOW: Row("nobody plugged in in time", _HOURS, otherwise=_MAIL),
    Message.WITHDRAWN: Row("a manager took the offer or hold back", _HOURS, otherwise=_MAIL),
    Message.FRONT: Row("the charger failed its driver, who is first now", _HOURS, otherwise=_MAIL),
    Message.RESERVATION_ENDED: Row("the reservation is over", _HOURS, otherwise=_MAIL),
    Message.STARTED: Row("charging began", _HOURS),
    Message.START_FAILED: Row("the charger did not start", _SOON, urgent=True),
    Message.NEARLY_FULL: Row("the car is nearly full, by its own word or by what it takes", _HOURS),
    Message.FULL: Row("the car takes no more; grace begins", _HOURS, urgent=True, otherwise=_MAIL),
    Message.PLEASE_MOVE: Row(
        "grace is over and somebody waits, or somebody who waits asks", _HOURS, urgent=True, otherwise=_MAIL
    ),
    Message.ENDED: Row("the session is over, with its energy", _DAY),
    Message.REMOVED: Row("taken out of the queue until midnight", _DAY, otherwise=_MAIL),
    Message.RESET: Row("the queue was emptied at local midnight", _DAY),
    Message.QUOTA_USED: Row("the quota is used up while charging", _HOURS, urgent=True, otherwise=_MAIL),
    Message.BALANCE_USED: Row("the balance is used up while charging", _HOURS, urgent=True, otherwise=_MAIL),
    f"alert.{Alert.NOT_ME}": Row("a driver says that the car there is not theirs", _HOURS, channels=_ALERT),
    f"alert.{Alert.BLOCKED}": Row("a driver says that a charger cannot be reached", _HOURS, channels=_ALERT),
    f"alert.{Alert.OVERSTAY}": Row("a full car stays long after grace while somebody waits", _HOURS, channels=_ALERT),
    f"alert.{Alert.FAULTED}": Row("a charger reports a fault", _DAY, channels=_ALERT),
    f"alert.{Alert.OFFLINE}": Row("a charger cannot be heard", _DAY, channels=_ALERT),
    f"alert.{Alert.UNKNOWN_TAG}": Row("a card that is nobody's was refused", _HOURS, channels=_ALERT),
    f"alert.{Alert.STRANGER}": Row("a start was refused: an unknown tag, or somebody else's", _HOURS, channels=_ALERT),
    f"alert.{Alert.MEASURED}": Row("a measured value went past its limit", _DAY, channels=_ALERT),
    f"alert.{Alert.ANOMALY}": Row("a charger told what does not fit", _DAY, channels=_ALERT),
    f"alert.{Alert.NOT_STOPPED}": Row("a charge that was to end could not be stopped", _HOURS, channels=_ALERT),
}
OTHER = Row("something else", _HOURS)


def row_of(kind: str) -> Row:
    """The row of a kind of message; a kind without one is an ordinary message."""
    return TABLE.get(kind, OTHER)


def switch_of(kind: str) -> str:
    """Its switch: ``alert.faulted`` has ``alert_faulted``. ``full.mail`` is the switch of one channel."""
    return kind.replace(".", "_")


SWITCHES = {switch_of(kind): row for kind, row in TABLE.items()}
"""The rows by the names that users switch them by."""
SWITCHED = (Channel.PUSH, Channel.MAIL)
"""Channels that are a person's own."""

"""Notifying: on which channels a message goes to a person: their switches, their quiet hours, what they have. Pure."""

from collections.abc import Set as AbstractSet
from datetime import datetime, time
from zoneinfo import ZoneInfo

from model.account import QuietHours, User
from model.store.port import Reads
from scheduling.effects import Message
from services.notifying.readers import readers
from services.notifying.table import SWITCHED, Channel, Row, row_of, switch_of
from services.ports import Notification


def channels_for(
    notification: Notification, user: User, has: AbstractSet[Channel], now: datetime
) -> tuple[Channel, ...]:
    """Out of the channels a person ``has``: where they want it, else what stands in for it.

    Of what goes out ``again``, those that have not had it yet. What cannot be switched off goes by all there are where
    its reader left none.
    """
    row, switch = row_of(notification.kind), switch_of(notification.kind)
    if _is_quiet(notification, user, now):
        return ()
    open_ones = tuple(one for one in SWITCHED if one in has)
    may = tuple(one for one in open_ones if _may(row, switch, user, one))
    if not may and not row.switchable:
        may = open_ones
    first = tuple(one for one in may if one in row.channels or user.switches.get(f"{switch}.{one.value}", False))
    first = first or tuple(one for one in may if one in row.otherwise)
    return tuple(one for one in may if one not in first) if notification.again else first


def push_readers(reads: Reads, notification: Notification, now: datetime) -> list[User]:
    """Those of its readers to whom it goes by push, where that is all there is. One read for a user."""
    only = frozenset({Channel.PUSH})
    people = readers(reads, notification.user_id)
    return [user for user in people if Channel.PUSH in channels_for(notification, user, only, now)]


def is_quiet(hours: QuietHours, local: time) -> bool:
    """Whether a local time lies within them; equal times are a whole day."""
    start, end = time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    return start <= local < end if start < end else local >= start or local < end


def _is_quiet(notification: Notification, user: User, now: datetime) -> bool:
    hours = user.quiet_hours
    if hours is None or (notification.kind == Message.OFFERED and hours.offers):
        return False
    return is_quiet(hours, now.astimezone(ZoneInfo(notification.time_zone)).time())


def _may(row: Row, switch: str, user: User, channel: Channel) -> bool:
    """Whether its reader lets it come by this channel at all."""
    whole = user.switches.get(switch, True) or not row.switchable
    return user.switches.get(f"{switch}.{channel.value}", whole)

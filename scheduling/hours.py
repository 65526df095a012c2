"""A location's day: its local midnight and its queue hours."""

from datetime import date, datetime, timedelta

from model.instants import day_start, local_day, local_instant
from model.settings import WEEKDAYS, Settings


def next_midnight(now: datetime, zone: str) -> datetime:
    """The start of the local day after the one that ``now`` is in."""
    return day_start(local_day(now, zone) + timedelta(days=1), zone)


def is_open(settings: Settings, zone: str, now: datetime) -> bool:
    """Whether offers are made at ``now``."""
    if not settings.queue_hours:
        return True
    return any(opens <= now < closes for opens, closes in _spans(settings, local_day(now, zone), zone))


def next_opening(settings: Settings, zone: str, now: datetime) -> datetime | None:
    """The next instant (within eight days) at which a closed queue opens; None if always open, or never."""
    today = local_day(now, zone)
    for ahead in range(9):
        for opens, _ in sorted(_spans(settings, today + timedelta(days=ahead), zone)):
            if opens > now:
                return opens
    return None


def may_join(settings: Settings, zone: str, now: datetime) -> bool:
    """Open, or opening later today: who comes early may join before."""
    if is_open(settings, zone, now):
        return True
    opening = next_opening(settings, zone, now)
    return opening is not None and local_day(opening, zone) == local_day(now, zone)


def open_spans(settings: Settings, zone: str, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """When the queue is open between two instants."""
    if not settings.queue_hours:
        return [(since, until)]
    days = (local_day(until, zone) - local_day(since, zone)).days
    spans = [
        (max(opens, since), min(closes, until))
        for ahead in range(days + 1)
        for opens, closes in sorted(_spans(settings, local_day(since, zone) + timedelta(days=ahead), zone))
    ]
    return [(opens, closes) for opens, closes in spans if opens < closes]


def open_s(settings: Settings, zone: str, since: datetime, until: datetime) -> float:
    """How many seconds of the time from ``since`` to ``until`` the queue was open."""
    if not settings.queue_hours:
        return (until - since).total_seconds()
    day, last = local_day(since, zone), local_day(until, zone)
    total = timedelta()
    while day <= last:
        for opens, closes in _spans(settings, day, zone):
            total += max(timedelta(), min(closes, until) - max(opens, since))
        day += timedelta(days=1)
    return total.total_seconds()


def _spans(settings: Settings, day: date, zone: str) -> list[tuple[datetime, datetime]]:
    spans = settings.queue_hours.get(WEEKDAYS[day.weekday()], ())
    return [
        (local_instant(day, minute_of_day(opens), zone), local_instant(day, minute_of_day(closes), zone))
        for opens, closes in spans
    ]


def minute_of_day(clock: str) -> int:
    """Minute of the day of ``HH:MM``; 24:00 is the day's end."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)

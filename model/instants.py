"""Instants: aware UTC inside, ISO 8601 with ``Z`` outside; a location's zone only for its day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from model.errors import Invalid


def to_text(instant: datetime | None) -> str | None:
    """``2026-11-21T10:00:00.123Z`` (milliseconds), or None."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """An ISO 8601 instant with zone as aware UTC. Raises :class:`Invalid`."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("invalid_instant", f"{text!r} is not an ISO 8601 instant.") from error
    if instant.tzinfo is None:
        raise Invalid("invalid_instant", f"{text!r} has no time zone.")
    return instant.astimezone(UTC)


def minutes(instant: datetime) -> float:
    """Absolute minutes since 1970: the unit of scores."""
    return instant.timestamp() / 60


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day at ``instant`` in ``zone``."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC.

    Where midnight does not exist (clocks jump over it) it is the end of the gap; where it happens twice, the first.
    """
    return local_instant(day, 0, zone)


def local_instant(day: date, minute_of_day: int, zone: str) -> datetime:
    """The instant of a wall-clock minute (0 to 1440) of a local day, in UTC; one in a gap is the gap's end."""
    tz = ZoneInfo(zone)
    extra_days, minute = divmod(minute_of_day, 24 * 60)
    start = day + timedelta(days=extra_days)
    naive = datetime(start.year, start.month, start.day, minute // 60, minute % 60)  # noqa: DTZ001 -- zone follows
    before = naive.replace(tzinfo=tz, fold=0).utcoffset() or timedelta()
    after = naive.replace(tzinfo=tz, fold=1).utcoffset() or timedelta()
    if before < after:  # In a gap (PEP 495: fold=0 gives the offset before it). The gap ends at the transition.
        return _transition(naive, before, after, tz)
    return (naive - before).replace(tzinfo=UTC)


def _transition(naive: datetime, before: timedelta, after: timedelta, tz: ZoneInfo) -> datetime:
    """The instant at which ``tz`` changes offset from ``before`` to ``after`` around ``naive``."""
    low = (naive - after).replace(tzinfo=UTC)
    high = (naive - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)

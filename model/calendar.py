"""Model room: a location's days: local days that stay a partition of time when its zone changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from model.instants import day_start, local_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSince:
    """The zone of a location's days from ``since`` on, until the next."""

    since: date
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which day an instant is in. Days follow each other without gap or overlap; at a change of zone one is longer or
    shorter, as it is when clocks change.
    """

    zones: tuple[ZoneSince, ...]
    """Oldest first, at least one; the first holds for all days before it too."""

    def start(self, day: date) -> datetime:
        """The day's first instant, in UTC."""
        return day_start(day, self._zone(day))

    def end(self, day: date) -> datetime:
        """The first instant behind it."""
        return self.start(day + _DAY)

    def date_of(self, instant: datetime) -> date:
        """The day that ``instant`` is in."""
        day = local_day(instant, self.zones[-1].zone)
        while instant < self.start(day):
            day -= _DAY
        while instant >= self.end(day):
            day += _DAY
        return day

    def changed(self, zone: str, at: datetime) -> "Calendar":
        """With another zone, known at ``at``: from the first day on that is yet to begin in both zones."""
        if self.zones[-1].zone == zone:
            return self
        since = max(self.date_of(at), local_day(at, zone), self.zones[-1].since) + _DAY
        return Calendar(zones=(*self.zones, ZoneSince(since=since, zone=zone)))

    def _zone(self, day: date) -> str:
        return next((one.zone for one in reversed(self.zones) if one.since <= day), self.zones[0].zone)


def calendar_of(zone: str) -> Calendar:
    """All days in one zone."""
    return Calendar(zones=(ZoneSince(since=date.min, zone=zone),))


def days_between(first: date, last: date) -> list[date]:
    """Both, and those between; none where ``last`` is before ``first``."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]

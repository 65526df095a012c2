"""Services: reports read from summaries: no session and no decision is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from model.calendar import calendar_of
from model.errors import Invalid
from model.instants import local_day
from model.site import Site
from model.store.port import Store
from model.summary import SummaryCursor
from services.ports import Clock
from services.reports.documents import MONTHS_OF_A_YEAR, read_cursor, read_days, read_year
from services.reports.period import Period, chargers_of, outcomes_of, period_fairness, queue_of
from services.reports.sums import Sum, total_of
from services.sites.reading import Sites

FIRST_YEAR = 2000
DAYS_OF_A_WEEK = 7


def _year() -> list[Sum]:
    return [Sum() for _ in MONTHS_OF_A_YEAR]


@dataclass(frozen=True, slots=True)
class StationYear:
    """A charger's twelve months."""

    location_id: str
    charger_id: str
    months: list[Sum] = field(default_factory=_year)

    @property
    def total(self) -> Sum:
        return total_of(self.months)


@dataclass(frozen=True, slots=True)
class Year:
    """All chargers with a charge in the year, and those that stand there now."""

    year: int
    as_of: datetime | None
    """Up to when all of it is counted, at every location; None: nothing is yet."""
    stations: list[StationYear]

    @property
    def months(self) -> list[Sum]:
        return [total_of(each) for each in zip(*(one.months for one in self.stations), strict=True)] or _year()

    @property
    def total(self) -> Sum:
        return total_of(self.months)


class Reports:
    """What days, weeks and years came to. Retired locations and chargers are in as long as they took part."""

    def __init__(self, store: Store, clock: Clock, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites

    def year(self, year: int, location_id: str | None = None) -> Year:
        """A year of one location (14 reads), or of all of them. Zeros where there is nothing.

        Raises ``NotFound``, ``Invalid`` for a year that is yet to come.
        """
        if not FIRST_YEAR <= year <= self._clock.now().year + 1:  # It may have begun in some zone.
            raise _no_period("year", year)
        sites = self._named(location_id)
        if all(year > local_day(self._clock.now(), site.time_zone).year for site in sites) and sites:
            raise _no_period("year", year)
        stations = [station for site in sites for station in self._stations(site, year)]
        known = [_as_of(read_cursor(self._store, site.location_id)) for site in sites]
        instants = [instant for instant in known if instant is not None]
        return Year(year, min(instants) if instants and len(instants) == len(known) else None, stations)

    def day(self, day: date, location_id: str | None = None) -> list[Period]:
        """One day of one location (3 reads), or of each. Raises ``NotFound``, ``Invalid`` for one yet to come."""
        return self._periods(day, 1, location_id)

    def week(self, day: date, location_id: str | None = None) -> list[Period]:
        """The week, from Monday on, that a day is in (9 reads a location). Raises as :meth:`day`."""
        monday = day - timedelta(days=day.weekday())
        return self._periods(monday, DAYS_OF_A_WEEK, location_id)

    def _periods(self, first: date, days: int, location_id: str | None) -> list[Period]:
        now = self._clock.now()
        if not FIRST_YEAR <= first.year <= now.year + 1:
            raise _no_period("date", first)
        sites = self._named(location_id)
        if sites and all(first > local_day(now, site.time_zone) for site in sites):
            raise _no_period("date", first)
        last = first + timedelta(days=days - 1)
        return [self._period(site, first, last) for site in sites]

    def _period(self, site: Site, first: date, last: date) -> Period:
        cursor = read_cursor(self._store, site.location_id)
        calendar = calendar_of(site.time_zone) if cursor is None else cursor.calendar
        days = read_days(self._store, site.location_id, first, last)
        return Period(
            location_id=site.location_id,
            first=first,
            last=last,
            starts_at=calendar.start(first),
            ends_at=calendar.end(last),
            as_of=_as_of(cursor),
            chargers=chargers_of(days),
            outcomes=outcomes_of(days),
            queue=queue_of(days),
            fairness=period_fairness(days),
        )

    def _stations(self, site: Site, year: int) -> Sequence[StationYear]:
        rows: dict[str, StationYear] = {}
        if not site.retired:
            for key, charger in site.chargers.items():
                if not charger.retired:
                    rows[key] = StationYear(site.location_id, charger.charger_id)
        for number, month in enumerate(read_year(self._store, site.location_id, year)):
            if month is None:
                continue
            for day in month.days.values():
                for key, takings in day.items():
                    row = rows.setdefault(key, StationYear(site.location_id, month.names.get(key, key)))
                    row.months[number].add(takings)
        return [rows[key] for key in sorted(rows)]

    def _named(self, location_id: str | None) -> list[Site]:
        return self._sites.all_now() if location_id is None else [self._sites.get(location_id)]


def _as_of(cursor: SummaryCursor | None) -> datetime | None:
    """Up to when everything is counted: what is to be counted anew is not."""
    if cursor is None or cursor.as_of is None:
        return None
    return min([cursor.as_of, *(cursor.calendar.start(day) for day in cursor.dirty[:1])])


def _no_period(field_name: str, period: int | date) -> Invalid:
    return Invalid(
        "no_such_period",
        f"There is no report of {period}: it is yet to come, or before {FIRST_YEAR}.",
        field=field_name,
    )

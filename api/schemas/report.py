"""Reports as they travel. Earnings are integer minor units, a figure for each currency."""

import datetime as dt
from enum import StrEnum

from pydantic import ConfigDict, Field

from api.schemas.base import Query, Reply
from model.ids import MAX_ID_CHARS


class Form(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"


class _ReportQuery(Query):
    location: str | None = Field(
        default=None, max_length=MAX_ID_CHARS, description="One location; left out: all, retired ones too."
    )
    format: Form = Field(default=Form.JSON, description="`csv` for a table.")


class YearQuery(_ReportQuery):
    """Which year."""

    year: int = Field(ge=2000, le=9999)


class DayQuery(_ReportQuery):
    """Which day, or the week it is in."""

    date: dt.date = Field(description="`YYYY-MM-DD` in the location's zone.")


class Earnings(Reply):
    """What was earned in one currency."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    currency: str
    """ISO 4217; empty: the location named none."""
    amount: int
    """Minor units."""


class Taken(Reply):
    """Charges that ended in that time."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    sessions: int
    energy_wh: int
    earnings: list[Earnings]
    """What ledgers have of the charges, what was waived there not taken off; where charging is not paid from balances,
    what they cost. Nobody's and unconfirmed charges are not billed. Empty: nothing."""


class StationMonths(Reply):
    """One charger's year."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    months: list[Taken]
    """January first."""
    total: Taken


class YearReport(Reply):
    """Energy and earnings per month and station. A charge counts in the month in which it ended, by local days."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    year: int
    as_of: str | None
    """Up to when everything is counted; null: nothing is yet."""
    stations: list[StationMonths]
    """Those that stand there now, and all that had a charge in the year."""
    months: list[Taken]
    """All stations together."""
    total: Taken


class YearReply(Reply):
    """A year."""

    report: YearReport


class Shares(Reply):
    """How a time was spent, each a part of 1; all null where nothing stood there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charging: float | None
    occupied: float | None
    """A car is in and does not charge: it is full, or nobody knows whose it is."""
    held: float | None
    """Offered or held, not plugged in yet."""
    empty: float | None


class StationTime(Reply):
    """One charger's part, or that of all of them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charger_id: str | None
    """Null: all together."""
    taken: Taken
    present_s: int
    """The time that is known; what follows is of it."""
    charging_s: int
    occupied_s: int
    held_s: int
    empty_s: int
    shares: Shares


class WaitFigures(Reply):
    """From joining to plugging in, of those served."""

    count: int
    mean_s: float | None
    p50_s: int | None
    p90_s: int | None


class QueueReport(Reply):
    """The queue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    observed_s: int
    """The time that is known; depths and the idle share are of it."""
    mean_depth: float | None
    """How many waited or were snoozed, by time."""
    most_waiting: int
    waits: WaitFigures
    served: int
    """Charges that began after an offer."""
    walk_ups: int
    no_shows: int
    declines: int
    silences: int
    snoozes: int
    withdrawn: int
    idle_share: float | None
    """Of the chargers' time while the queue was open and somebody waited awake, the part in which they were free."""


class FairnessReport(Reply):
    """How evenly needs were met: what drivers got over what they needed, by the site's own service records."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    drivers: int
    """Those who needed something."""
    worst_decile: float | None
    """The mean need met of the worst-served tenth, one driver at least."""
    jain: float | None
    """Jain's index: 1 where all needs are met alike."""


class PeriodReport(Reply):
    """A day or a week of one location."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    first: str
    """The first day, in the location's zone."""
    last: str
    starts_at: str
    """ISO 8601 instant."""
    ends_at: str
    as_of: str | None
    """Up to when everything is counted; null: nothing is yet."""
    chargers: list[StationTime]
    total: StationTime
    queue: QueueReport
    fairness: FairnessReport


class PeriodsReply(Reply):
    """A report for each location."""

    reports: list[PeriodReport]

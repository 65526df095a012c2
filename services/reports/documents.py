"""Services: summaries as documents and back: the date, by which they are read, and the rest in one body."""

from datetime import date
from typing import Any, TypeVar

from model import paths
from model.documents import from_json, to_json
from model.store.document import Document
from model.store.port import Reads
from model.store.query import Filter, Query
from model.summary import DaySummary, MonthSummary, SummaryCursor
from services.sites.packing import pack, unpack

Noun = TypeVar("Noun", DaySummary, MonthSummary, SummaryCursor)
NAME = "summary"
MONTHS_OF_A_YEAR = tuple(range(1, 13))


def day_path(location_id: str, day: date) -> str:
    """Where a day's summary lies."""
    return paths.day(location_id, day.isoformat())


def month_path(location_id: str, year: int, month: int) -> str:
    """Where a month's summary lies."""
    return paths.month(location_id, month_name(year, month))


def month_name(year: int, month: int) -> str:
    """``2026-03``."""
    return f"{year:04d}-{month:02d}"


def cursor_path(location_id: str) -> str:
    """Where it says how far a location's summaries are."""
    return paths.fold_cursor(location_id, NAME)


def day_document(summary: DaySummary) -> dict[str, Any]:
    """The document of a day."""
    return {"date": summary.date.isoformat(), **document(summary)}


def document(noun: Any) -> dict[str, Any]:
    """A summary in one body."""
    return {"body": pack(to_json(noun))}


def noun_of(kind: type[Noun], found: Document | None) -> Noun | None:
    """What a document holds; None where there is none. Raises :class:`model.documents.CorruptNoun`."""
    return None if found is None else from_json(kind, unpack(found.data.get("body")))


def read_cursor(reads: Reads, location_id: str) -> SummaryCursor | None:
    """How far the location's summaries are; None: there are none yet (1 read)."""
    return noun_of(SummaryCursor, reads.get(cursor_path(location_id)))


def read_day(reads: Reads, location_id: str, day: date) -> DaySummary | None:
    """A day's summary (1 read)."""
    return noun_of(DaySummary, reads.get(day_path(location_id, day)))


def read_days(reads: Reads, location_id: str, first: date, last: date) -> list[DaySummary]:
    """The summaries from one day to another, both included, those that there are (1 read each)."""
    where = (Filter("date", ">=", first.isoformat()), Filter("date", "<=", last.isoformat()))
    found = reads.query(Query(paths.days(location_id), where))
    return [from_json(DaySummary, unpack(one.data.get("body"))) for one in found]


def read_year(reads: Reads, location_id: str, year: int) -> list[MonthSummary | None]:
    """The twelve months of a year, None for those without (12 reads)."""
    found = reads.get_many([month_path(location_id, year, month) for month in MONTHS_OF_A_YEAR])
    return [noun_of(MonthSummary, one) for one in found]

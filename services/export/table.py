"""Services: what an export is made of: a table with named columns, and rows in batches that can be gone on from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

Cell = str | int | Decimal | None
Row = tuple[Cell, ...]
BATCH_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """Its name in every format; ``decimals`` None: text. Numbers are exact decimals."""

    name: str
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the columns, and what the export was asked for, line by line."""

    title: str
    columns: tuple[Column, ...]
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows; with ``cursor`` the rows behind them are found. ``done``: 0 to 1, how far it is."""

    rows: list[Row]
    cursor: str
    done: float


class Source(Protocol):
    """Rows of one kind."""

    @property
    def table(self) -> Table:
        """What they are."""

    def batches(self, cursor: str = "") -> Iterator[Batch]:
        """All rows behind ``cursor``; from the first with an empty one. May raise ``NotFound``, ``Invalid``."""


def local_text(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant in a location's zone with its offset: ``2026-03-29T03:15:00.000+02:00``."""
    return None if instant is None else instant.astimezone(zone).isoformat(timespec="milliseconds")


def local_ms(at_ms: int, zone: ZoneInfo, epoch: datetime) -> str:
    """As :func:`local_text`, of milliseconds since ``epoch``."""
    return (epoch + timedelta(milliseconds=at_ms)).astimezone(zone).isoformat(timespec="milliseconds")


def thousandths(value: int) -> Decimal:
    """A count of thousandths as the exact decimal: 12345 is 12.345."""
    return Decimal(value).scaleb(-3)

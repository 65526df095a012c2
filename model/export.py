"""What is exported, and the record of an export that is made in the background."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What is exported."""

    SESSIONS = "sessions"
    STATUS_HISTORY = "status_history"
    MEASUREMENTS = "measurements"


class Format(StrEnum):
    """As which kind of file."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"


class ExportStatus(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows. Sessions are those assigned from ``since`` on and before ``until``; None and empty: any."""

    what: What
    format: Format
    location_id: str = ""
    charger_id: str = ""
    session_number: int | None = None
    """One session's measurements; then no period is asked for."""
    since: datetime | None = None
    until: datetime | None = None
    user_id: str = ""
    """Only this user's sessions."""
    unplugged: bool = False
    """With offers and reservations that led to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJob:
    """``exports/{id}``: an export made step by step, kept for a day."""

    export_id: str
    user_id: str
    """Who asked."""
    wanted: Wanted
    created_at: datetime
    expires_at: datetime
    status: ExportStatus = ExportStatus.WAITING
    percent: int = 0
    cursor: str = ""
    """Where the next rows are."""
    gathered: bool = False
    """All rows are there; the file is still to be made of them."""
    rows: int = 0
    chunks: int = 0
    parts: int = 0
    """Of the finished file."""
    size_bytes: int = 0
    problem: str = ""
    """The code of what went wrong."""
    lease: int = 0
    """Counts who works on it: a worker that was given up writes nothing more."""
    leased_until: datetime | None = None
    stalls: int = 0
    """How often it was begun anew without having come further."""
    waiting_since: datetime | None = None
    """None: nothing is left to do."""

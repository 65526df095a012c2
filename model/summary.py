"""Model room: what a location's day came to, in figures: one document a day, one a month, and how far they are."""

from dataclasses import dataclass, field
from datetime import date, datetime

from model.calendar import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Charges that ended, their energy, and what they earned: minor units by currency."""

    sessions: int = 0
    energy_wh: int = 0
    earnings: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerDay:
    """One charger's day. A charge counts on the day on which it ended; seconds are of this day only."""

    charger_id: str
    takings: Takings = field(default_factory=Takings)
    charging_s: int = 0
    full_s: int = 0
    """The car was full and still there."""
    held_s: int = 0
    """Offered or held, nobody plugged in yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How turns came out, by the session records."""

    served: int = 0
    """Charges that began after an offer."""
    walk_ups: int = 0
    no_shows: int = 0
    declines: int = 0
    silences: int = 0
    snoozes: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the session records of a day say: counted anew whenever one of them changes."""

    until: datetime
    """Up to when open sessions are counted: the day's end, or as far as was known."""
    chargers: dict[str, ChargerDay] = field(default_factory=dict)
    """By folded id: those that stood here then, and those with a session."""
    outcomes: Outcomes = field(default_factory=Outcomes)
    running: tuple[tuple[str, int], ...] = ()
    """Sessions (folded charger id, number) that the next day goes on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a driver got and asked for, in Wh, as the site's fair share counts it (``design`` §5)."""

    got_wh: int = 0
    ask_wh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDay:
    """What the decisions of a day say, each folded in once. Times in seconds."""

    observed_s: float = 0.0
    """How much of the day is known at all: all the figures below are of this time."""
    waiting_s: float = 0.0
    """Summed over all who waited or were snoozed: the mean depth is this over ``observed_s``."""
    most_waiting: int = 0
    contested_charger_s: float = 0.0
    """Summed over all chargers, while the queue was open and somebody in it awake."""
    idle_charger_s: float = 0.0
    """Of this, chargers that were free."""
    waits_s: tuple[int, ...] = ()
    """From joining to plugging in, a number for each driver served."""
    needs: dict[str, Need] = field(default_factory=dict)
    """By user id."""
    present_s: dict[str, float] = field(default_factory=dict)
    """By folded charger id: how long it stood here."""
    blocked_s: dict[str, float] = field(default_factory=dict)
    """By folded charger id: plugged in without a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """``locations/{l}/days/{date}``."""

    location_id: str
    date: date
    starts_at: datetime
    ends_at: datetime
    counted: Counted | None = None
    queue: QueueDay = field(default_factory=QueueDay)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSummary:
    """``locations/{l}/months/{yyyy-mm}``: what a year's report needs of its days."""

    location_id: str
    month: str
    days: dict[str, dict[str, Takings]] = field(default_factory=dict)
    """By date and folded charger id; chargers without a charge that day are left out."""
    names: dict[str, str] = field(default_factory=dict)
    """Charger ids as they were shown last, by folded id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What held from a decision on until the next."""

    at: datetime
    waiting: int
    awake: int
    """Of them, those who could be asked; 0 while the queue is closed."""
    free: int
    chargers: int
    present: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryCursor:
    """``locations/{l}/folds/summary``: which decisions are in the summaries, and which days are to be counted anew."""

    location_id: str
    calendar: Calendar
    version: int = 0
    as_of: datetime | None = None
    """The last decision's instant."""
    levels: Levels | None = None
    dirty: tuple[date, ...] = ()
    """Oldest first."""

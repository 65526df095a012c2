"""The site: everything the rules need to know of a location, in one document.

One read shows a site and one transaction decides about it; its cost does not grow with history. What a person may
read of it is the API's business.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from model.charger import Charger, StationState
from model.entry import Entry
from model.habits import Habits
from model.settings import Settings

SCHEMA = 1


MAX_CHARGERS = 200


MAX_WAITING = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a stream of a charge point's events was applied, and when it was heard last."""

    seq: int
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A charge point of this site: which bridge has it, and how far its events are applied."""

    charge_point_id: str
    bridge_id: str = ""
    epoch: int = 0
    cursors: dict[str, Cursor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Counts that live until the next local midnight, by user id."""

    date: date
    snoozes: dict[str, int] = field(default_factory=dict)
    silences: dict[str, int] = field(default_factory=dict)
    no_shows: dict[str, int] = field(default_factory=dict)
    out: tuple[str, ...] = ()
    """Out of the queue until local midnight."""
    late_min: dict[str, float] = field(default_factory=dict)
    """Minutes by which the next joining ranks later: for not coming to a reserved charger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What the managers heard of one kind of alert since ``since``; chargers by folded id."""

    since: datetime
    told: tuple[str, ...] = ()
    held: dict[str, int] = field(default_factory=dict)
    """How often it came up again, or elsewhere, and was not told yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """The site's sums behind the score, decayed as of ``as_of``; ``mean`` is frozen at local midnight."""

    got_kwh: float = 0.0
    ask_kwh: float = 0.0
    as_of: datetime | None = None
    mean: float = 1.0
    sessions: int = 0
    energy_wh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A location whole. ``version`` counts its decisions."""

    location_id: str
    version: int = 0
    schema: int = SCHEMA
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str = "UTC"
    description: str = ""
    notes: str = ""
    retired: bool = False
    currency: str = ""
    settings: Settings = field(default_factory=Settings)
    chargers: dict[str, Charger] = field(default_factory=dict)
    """By folded charger id."""
    queue: tuple[Entry, ...] = ()
    """Waiting and snoozed, in order of place."""
    links: dict[str, Link] = field(default_factory=dict)
    """By charge point id."""
    day: Day | None = None
    fairness: Fairness = field(default_factory=Fairness)
    habits: Habits = field(default_factory=Habits)
    presence_secret: str = ""
    """What the codes at the chargers are made of; empty: none was asked for yet."""
    last_entry: int = 0
    last_reservation: int = 0
    warned: dict[str, Warned] = field(default_factory=dict)
    """By kind of alert."""
    decided_at: datetime | None = None
    next_due_at: datetime | None = None

    @property
    def station_state(self) -> StationState:
        """A location's state is its best charger's."""
        states = {charger.station_state for charger in self.chargers.values()}
        if self.retired:
            return StationState.DISMISSED
        return next((state for state in StationState if state in states), StationState.UNDEFINED)

"""Services: how far a receiver has been told of a location, kept with the location: it moves only when it has been."""

from dataclasses import dataclass, field
from datetime import datetime

from model import paths
from model.documents import from_document, to_document
from model.store.port import Store

MOST_POSITIONS = 600
"""Sessions whose place in their samples is remembered: three times the chargers a location may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far the samples of a session are told: all of the segments before, and so many chunks of this one."""

    segment: int = 1
    chunks: int = 0
    sampled_at: datetime | None = None

    def is_at(self, other: "Position") -> bool:
        """Whether both are the same place."""
        return (self.segment, self.chunks) == (other.segment, other.chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """``locations/{l}/cursors/{publisher}``."""

    publisher: str
    version: int
    """Decisions up to this one are told."""
    sampled_to: datetime
    """Sessions that were sampled up to then are looked through."""
    skipped: int = 0
    """How many decisions could not be told, and were left out."""
    begun: bool = False
    """All states were told once, or are with the decisions that led to them."""
    positions: dict[str, Position] = field(default_factory=dict)
    """By the id of the session's document."""


def cursor_of(store: Store, location_id: str, publisher: str) -> Cursor | None:
    """None: the receiver has never been told of this location. Raises :class:`model.documents.CorruptNoun`."""
    document = store.get(paths.cursor(location_id, publisher))
    return None if document is None else from_document(Cursor, document.data)


def keep(store: Store, location_id: str, cursor: Cursor) -> None:
    """Written whole: whoever publishes holds the lease."""
    store.put(paths.cursor(location_id, cursor.publisher), to_document(cursor))


def positions_with(cursor: Cursor, session_id: str, position: Position) -> dict[str, Position]:
    """The positions with this one the newest; of too many, those that were not sampled for longest are forgotten."""
    positions = {**cursor.positions, session_id: position}
    if len(positions) <= MOST_POSITIONS:
        return positions
    newest = sorted(positions, key=lambda name: positions[name].sampled_at or cursor.sampled_to)
    return {name: positions[name] for name in newest[-MOST_POSITIONS:]}

"""What a simulated day used, and who caused it: documents, calls, bytes."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum

from model.store.port import Store
from tests.bench.costs.tallied import TalliedStore


class Cause(StrEnum):
    """Who caused it. The words are those of the page."""

    LOOKS = "drivers look at the app"
    LIST = "drivers open the list of locations"
    SCREEN = "one screen shows the dashboard"
    ACTS = "drivers join, answer, leave"
    SWAPS = "apps swap tokens"
    EVENTS = "charge points' events"
    READINGS = "meter readings"
    QUESTIONS = "may this card charge?"
    CONFIG = "the bridge asks what changed"
    SEEN = "the bridge was seen"
    TICK = "the minute job"
    RESET = "the midnight job"
    CLEANING = "the cleaning job looks"
    EXPIRY = "expired documents leave"
    EFFECTS = "messages and commands are sent"


@dataclass(slots=True)
class Use:
    """``calls``: HTTP requests or function calls. ``sent_bytes``: bodies and heads of answers to HTTP requests."""

    calls: float = 0
    reads: float = 0
    writes: float = 0
    deletes: float = 0
    sent_bytes: float = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Use)))

    def __sub__(self, other: "Use") -> "Use":
        return self + other * -1

    def __mul__(self, times: float) -> "Use":
        return Use(*(getattr(self, one.name) * times for one in fields(Use)))


Uses = dict[Cause, Use]


class Ledger:
    """Books what ``store`` counts under the cause that is at work. One thing happens at a time."""

    def __init__(self, store: Store) -> None:
        self.store = TalliedStore(store)
        self.uses: Uses = defaultdict(Use)

    @contextmanager
    def caused_by(self, cause: Cause) -> Iterator[None]:
        """What happens inside is one call of ``cause``; the sign of life a bridge leaves is booked by itself."""
        with self.store.measure() as count:
            seen_before = self.store.seen
            yield
        seen = self.store.seen - seen_before
        self.uses[cause] += Use(1, count.reads, count.writes - seen, count.deletes)
        self.uses[Cause.SEEN] += Use(writes=seen)

    def sent(self, cause: Cause, size_bytes: int) -> None:
        """An answer left for the internet."""
        self.uses[cause] += Use(sent_bytes=size_bytes)

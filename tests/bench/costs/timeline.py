"""What will happen, in order; the clock goes from one thing to the next."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from tests.fakes.clock import FakeClock


class Timeline:
    """``after_each`` is called when something has happened."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._todo: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()

    def at(self, when: datetime, what: Callable[[], object]) -> None:
        """Do ``what`` then; what should have happened already happens now."""
        heapq.heappush(self._todo, (max(when, self.clock.now()), next(self._numbers), what))

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        """Do ``what`` so much later."""
        self.at(self.clock.now() + timedelta(seconds=seconds), what)

    def every(self, seconds: float, first: datetime, what: Callable[[], object]) -> None:
        """Do ``what`` again and again."""

        def once() -> None:
            self.every(seconds, self.clock.now() + timedelta(seconds=seconds), what)
            what()

        self.at(first, once)

    def run(self, until: datetime, after_each: Callable[[], object]) -> None:
        """Let everything before ``until`` happen."""
        while self._todo and self._todo[0][0] < until:
            at, _, what = heapq.heappop(self._todo)
            self._go_to(at)
            what()
            after_each()
        self._go_to(until)

    def _go_to(self, when: datetime) -> None:
        self.clock.advance(seconds=(when - self.clock.now()).total_seconds())

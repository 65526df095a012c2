"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **time: float) -> None:
        """``advance(days=7)``"""
        self._now += timedelta(**time)

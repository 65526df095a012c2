"""The real clock, for tests of what runs by itself in real time."""

from datetime import UTC, datetime

from tests.fakes.clock import FakeClock


class WallClock(FakeClock):
    def now(self) -> datetime:
        return datetime.now(UTC)

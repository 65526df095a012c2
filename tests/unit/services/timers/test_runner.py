"""The timers of one machine: they start, wake at the right instant, survive failures, and stop."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from model.decision import Actor, Decision
from model.site import Site
from services.timers.runner import Runner

DECISION = Decision(
    location_id="yard", version=1, at=datetime(2026, 1, 1, tzinfo=UTC), actor=Actor(kind="time"), inputs=[]
)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Watched:
    """Timers that only count, and fail when told to."""

    def __init__(self) -> None:
        self.ticks = 0
        self.failing = False
        self._changed = threading.Condition()

    def tick_sites(self) -> int:
        with self._changed:
            self.ticks += 1
            self._changed.notify_all()
        if self.failing:
            raise OSError("the store is away")
        return 0

    def sweep_outbox(self, older_than_s: float = 60) -> int:
        return 0

    def find_silent_units(self) -> int:
        return 0

    def clean(self) -> int:
        return 0

    def wait(self, ticks: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.ticks >= ticks, timeout=10)


@pytest.fixture
def timers() -> Watched:
    return Watched()


@pytest.fixture
def slow(timers: Watched) -> Iterator[Runner]:
    """A runner whose own step never comes, so that only what wakes it counts."""
    runner = Runner(timers, RealClock(), step_s=1000)
    runner.start()
    assert timers.wait(1)
    yield runner
    assert runner.stop()


def test_it_wakes_when_told(timers, slow):
    slow.wake()
    assert timers.wait(2)


def test_it_wakes_when_a_site_is_due(timers, slow):
    slow.decided(DECISION, Site(location_id="yard", next_due_at=RealClock().now() + timedelta(seconds=0.1)))
    assert timers.wait(2)


def test_a_site_that_stays_due_is_no_busy_loop(timers, slow):
    slow.decided(DECISION, Site(location_id="yard", next_due_at=RealClock().now() - timedelta(seconds=9)))
    assert timers.wait(2)
    slow.decided(DECISION, Site(location_id="yard", next_due_at=None))
    assert timers.ticks <= 3


def test_it_goes_on_after_a_failure(timers):
    runner = Runner(timers, RealClock(), step_s=0.01)
    timers.failing = True
    runner.start()
    assert timers.wait(3)
    assert runner.stop()


def test_it_stops_in_the_middle_of_a_sleep(timers):
    runner = Runner(timers, RealClock(), step_s=1000)
    runner.start()
    assert timers.wait(1)
    assert runner.stop(timeout_s=5)


def test_once_a_minute_it_does_what_it_was_given(timers):
    instants = count(step=61.0)
    done = threading.Event()
    runner = Runner(timers, RealClock(), monotonic=lambda: next(instants), minutely=done.set)
    runner.start()
    assert done.wait(5)
    assert runner.stop()

"""The bridge's clock is the API's, whatever this machine's does."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from ocpp_bridge import clock as module
from ocpp_bridge.clock import BELIEVED_RTT_S, Clock

API_TIME = datetime(2026, 5, 4, 12, tzinfo=UTC)
CLOSE = timedelta(seconds=1)


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch):
    """Sets this machine's clock to another time."""

    def to(there: datetime) -> None:
        class Stepped(datetime):
            @classmethod
            def now(cls, tz=None):
                assert tz is UTC
                return there

        monkeypatch.setattr(module, "datetime", Stepped)

    return to


@pytest.mark.parametrize("days", [-20_000, -1, 1, 400])
def test_a_step_of_this_machines_clock_moves_nothing_once_the_api_has_answered(step, days: int):
    clock = Clock()
    clock.learn(API_TIME, time.monotonic(), time.monotonic())
    step(API_TIME + timedelta(days=days))
    assert abs(clock.now() - API_TIME) < CLOSE


def test_before_any_answer_this_machines_clock_counts_and_may_be_set(step):
    clock = Clock()
    for there in (datetime(1970, 1, 1, tzinfo=UTC), API_TIME):
        step(there)
        assert clock.now() == there


@pytest.mark.parametrize(
    "odd",
    [
        datetime(2026, 5, 4, 12),  # noqa: DTZ001 -- without a zone
        datetime.min.replace(tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_a_time_that_is_none_teaches_nothing(odd: datetime):
    clock = Clock()
    clock.learn(API_TIME, time.monotonic(), time.monotonic())
    clock.learn(odd, time.monotonic(), time.monotonic())
    assert abs(clock.now() - API_TIME) < CLOSE


def test_a_slow_answer_teaches_nothing():
    clock = Clock()
    at = time.monotonic()
    clock.learn(API_TIME, at - BELIEVED_RTT_S - 1, at)
    assert abs(clock.now() - datetime.now(UTC)) < CLOSE


def test_what_the_round_trip_explains_moves_nothing_and_a_step_of_the_apis_clock_is_followed():
    clock = Clock()
    at = time.monotonic()
    clock.learn(API_TIME, at, at)
    before = clock.now()
    clock.learn(API_TIME + timedelta(seconds=0.4), at, at + 1)
    assert clock.now() - before < timedelta(seconds=0.3)
    clock.learn(API_TIME + timedelta(hours=1), at, at)
    assert timedelta(minutes=59) < clock.now() - API_TIME < timedelta(minutes=61)

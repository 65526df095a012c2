"""The time a job may take: what is left then is found by the next run."""

from datetime import timedelta

import pytest

from model import paths
from model.store.query import Query
from services.background import jobs
from services.slot import Slot
from tests.fakes.site_world import DRIVER, World


class Watch:
    """A monotonic clock that goes on by one second whenever it is looked at."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def test_without_a_bound_everything_is_done():
    assert list(Slot().of(range(3))) == [0, 1, 2]


def test_a_slot_begins_nothing_once_it_is_over():
    assert list(Slot(3.5, Watch()).of(range(100))) == [0, 1, 2]


def test_no_time_at_all_does_nothing():
    assert list(Slot(0).of([1])) == []


@pytest.fixture
def sites(world: World) -> World:
    """Five locations with an offer nobody answered."""
    for number in range(5):
        world.location(f"site-{number}")
        world.services.queueing.join(f"site-{number}", world.driver(f"driver-{number}").user_id, DRIVER)
    world.clock.advance(seconds=601)
    return world


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_tick_cut_short_is_finished_by_the_next(sites: World, at_once: int):
    timers = sites.background.timers
    timers._at_once = at_once  # noqa: SLF001 -- both kinds of machine
    done = timers.tick_sites(Slot(2.5, Watch()))
    assert 0 < done < 5
    assert timers.tick_sites() == 5 - done
    assert timers.tick_sites() == 0


def test_a_function_decides_many_sites_side_by_side_and_one_failing_stops_no_other(sites: World):
    path = paths.location("site-2")
    whole = sites.store.get(path)
    assert whole is not None
    sites.store.put(path, {**whole.data, "body": b"\x01broken"})
    timers = jobs(sites.store, sites.clock, sites.notifier, sites.bus, sites.services).timers
    assert timers.tick_sites() == 5
    assert timers.tick_sites() == 1, "the broken one stays due"


def test_sites_that_fail_do_not_starve_those_that_are_due_after_them(sites: World):
    *first, last = [document.path for document in sites.store.query(Query(paths.LOCATIONS))]
    for path in first:
        document = sites.store.get(path)
        assert document is not None
        sites.store.put(document.path, {**document.data, "body": b"\x01broken"})
    timers = sites.background.timers
    assert timers.tick_sites(Slot(4.5, Watch())) == 4, "the broken ones took all the time"
    before = sites.store.get(last)
    assert timers.tick_sites(Slot(1.5, Watch())) == 1
    assert sites.store.get(last) != before


def test_cleaning_cut_short_is_finished_by_the_next(world: World):
    past = world.clock.now() - timedelta(seconds=1)
    for number in range(5):
        world.store.put(f"{paths.TOKENS}/{number}", {"expires_at": past})
    timers = world.background.timers
    done = timers.clean(Slot(2.5, Watch()))
    assert 0 < done < 5
    assert timers.clean() == 5 - done

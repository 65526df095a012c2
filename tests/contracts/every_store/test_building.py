"""A building's meter on each of the stores: within its budget, once, in its place, for its time."""

from datetime import timedelta

import pytest

from model import paths
from model.errors import Conflict, Invalid, NotFound
from model.settings import Settings
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.meter.reading import Wanted
from services.timers.cleaning import clean
from services.transfer.everything import documents
from tests.fakes.building_readings import reading
from tests.fakes.site_world import ADMIN, YARD, World


@pytest.fixture
def yard(store):
    world = World(inner=store)
    world.location()
    return world


def told(world, *readings, location=YARD):
    return world.services.building_keeping.told("b1", location, readings)


def powers(world, **wanted):
    lines = world.services.building_readings.series(YARD, Wanted(measurand="Power.Active.Import", phase="", **wanted))
    points = [point for line in lines for point in line.points]
    return [(point.milli // 1000, point.least // 1000, point.greatest // 1000) for point in points]


def documents_of(world):
    return [one.path for one in documents(world.inner, (f"{paths.LOCATIONS}/*/{paths.BUILDING}",))] + [
        one.path for one in world.inner.query(Query(paths.building_meter(YARD)))
    ]


def test_a_calm_hour_costs_sixty_writes_and_two_reads_of_its_site_a_minute_at_most(yard):
    site_before = yard.inner.get(paths.location(YARD))
    with yard.store.measure() as cost:
        for _ in range(61):
            yard.clock.advance(seconds=60)
            told(yard, reading(yard.clock.now()))
    assert cost.writes == 61 + 1, "each minute its document, and once the hour's segment"
    assert cost.reads <= 61 * 2, "its document, and the site at most every 30 s"
    assert yard.inner.get(paths.location(YARD)) == site_before
    assert len(powers(yard)) == 61


def test_what_is_told_again_is_kept_once_and_costs_no_write(yard):
    now = yard.clock.now()
    some = [reading(now - timedelta(minutes=late), power_w=late) for late in range(130)]
    for begin in (0, 50, 100, 0):
        told(yard, *some[begin : begin + 50])
    with yard.store.measure() as cost:
        for begin in (100, 50, 0):
            told(yard, *some[begin : begin + 50])
    assert cost.writes == 0
    assert [power for power, *_ in powers(yard)] == list(reversed(range(130)))


def test_an_older_reading_does_not_replace_the_newest(yard):
    now = yard.clock.now()
    told(yard, reading(now, power_w=-4_000))
    told(yard, reading(now - timedelta(minutes=5), power_w=7_000))
    newest = yard.services.building_readings.newest(YARD)
    assert (newest.reading.power_mw.last, newest.bridge_id, newest.received_at) == (-4_000_000, "b1", now)
    assert [power for power, *_ in powers(yard)] == [7_000, -4_000]


def test_the_newest_is_stale_after_two_minutes(yard):
    told(yard, reading(yard.clock.now()))
    newest = yard.services.building_readings.newest(YARD)
    assert not newest.is_stale(yard.clock.now() + timedelta(seconds=120))
    assert newest.is_stale(yard.clock.now() + timedelta(seconds=121))


def test_a_chart_keeps_the_peaks_of_its_stretches(yard):
    now = yard.clock.now()
    told(yard, *(reading(now - timedelta(minutes=late), power_w=1_000, swing_w=late) for late in range(40)))
    thinned = powers(yard, most_points=4)
    assert len(thinned) == 4
    assert thinned[0] == (1_000, 961, 1_039)
    assert powers(yard)[-1] == (1_000, 1_000, 1_000)


def test_readings_ahead_of_the_clock_or_very_old_are_left_out(yard):
    now = yard.clock.now()
    assert told(yard, reading(now + timedelta(seconds=61)), reading(now - timedelta(days=32))) == 0
    assert yard.services.building_readings.newest(YARD) is None
    assert told(yard, reading(now + timedelta(seconds=59)), reading(now + timedelta(days=400))) == 1


def test_all_goes_when_its_time_has_passed(yard):
    put = PutLocation(settings=Settings(samples_kept_days=10))
    yard.services.keeping.put_location(YARD, put, ADMIN)
    start = yard.clock.now()
    for late in range(4):
        told(yard, reading(start - timedelta(minutes=30 * late)))
    assert len(documents_of(yard)) == 2, "the newest, and a segment"
    clean(yard.inner, start + timedelta(days=9))
    assert len(documents_of(yard)) == 2, "the newest, and a segment"
    clean(yard.inner, start + timedelta(days=11))
    assert documents_of(yard) == []


def test_a_location_that_is_unknown_or_closed_takes_nothing_and_what_it_took_is_read(yard):
    with pytest.raises(NotFound):
        told(yard, reading(yard.clock.now()), location="nowhere")
    with pytest.raises(NotFound):
        yard.services.building_readings.newest("nowhere")
    yard.location("shed", chargers=0)
    told(yard, reading(yard.clock.now()), location="shed")
    yard.services.keeping.retire_location("shed", ADMIN)
    with pytest.raises(Conflict):
        told(yard, reading(yard.clock.now()), location="shed")
    assert yard.services.building_readings.newest("shed") is not None


@pytest.mark.parametrize(("since", "until"), [(5, 5), (5, 4), (0, 40 * 86_400)])
def test_a_period_that_is_none_or_too_long_is_refused(yard, since, until):
    now = yard.clock.now()
    wanted = Wanted(since=now + timedelta(seconds=since), until=now + timedelta(seconds=until))
    with pytest.raises(Invalid):
        yard.services.building_readings.series(YARD, wanted)


def test_to_look_at_a_day_long_ago_does_not_read_the_days_since(yard):
    begin = yard.clock.now()
    told(yard, reading(begin, power_w=1))
    for days in (40, 41, 80, 120):
        yard.clock.advance(seconds=days * 86_400 - (yard.clock.now() - begin).total_seconds())
        told(
            yard, reading(yard.clock.now(), power_w=days), reading(yard.clock.now() - timedelta(days=30), power_w=-days)
        )
    with yard.store.measure() as cost:
        found = powers(yard, since=begin, until=begin + timedelta(hours=1))
    assert found == [(1, 1, 1)], "what was told before a long silence stays"
    assert cost.reads <= 3, "its own segment, one at most that reaches back a month, and the tail"
    everything = [
        power
        for days in range(0, 121, 30)
        for power, *_ in powers(yard, since=begin + timedelta(days=days), until=begin + timedelta(days=days + 30))
    ]
    assert sorted(everything) == [-120, -80, -41, -40, 1, 40, 41, 80, 120]


def test_an_hour_that_becomes_a_segment_while_it_is_read_is_not_missed(yard, monkeypatch):
    now = yard.clock.now()
    told(yard, *[reading(now - timedelta(minutes=late)) for late in range(59, 0, -1)])
    look = yard.store.query

    def between_two_reads(query):
        found = look(query)
        monkeypatch.setattr(yard.store, "query", look)
        told(yard, reading(now + timedelta(seconds=59)))
        return found

    monkeypatch.setattr(yard.store, "query", between_two_reads)
    assert len(powers(yard)) == 59
    assert paths.building_segment(YARD, 1) in documents_of(yard), "or this shows nothing"

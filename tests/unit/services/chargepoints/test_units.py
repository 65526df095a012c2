"""The original unit posts its level every few seconds: what that costs, and when it is missed."""

import pytest

from model import paths
from model.charge_point import Unit
from model.charger import EndReason, Phase
from model.decision import Actor
from model.documents import from_document
from model.errors import Invalid, NotFound
from services.site_services import site_services
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World

UNIT = Actor(kind="service", id="unit")


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    return world


def report(world: World, level: str):
    return world.services.units.report(YARD, "c1", level, UNIT)


def unit(world: World) -> Unit:
    document = world.store.get(paths.unit(YARD, "c1"))
    assert document is not None
    return from_document(Unit, document.data)


def test_ten_minutes_of_the_same_level_are_one_write_and_a_read_each_half_minute(yard):
    report(yard, "available")
    with yard.store.measure() as count:
        for _ in range(120):
            yard.clock.advance(seconds=5)
            report(yard, "available")
    assert count.writes == 1  # of the unit itself, after 10 min
    assert count.reads <= 600 / 30
    assert unit(yard).last_seen_at == yard.clock.now()


def test_a_repeat_reads_nothing_within_half_a_minute(yard):
    report(yard, "charging")
    with yard.store.measure() as count:
        yard.clock.advance(seconds=5)
        report(yard, "charging")
    assert (count.reads, count.writes) == (0, 0)


def test_levels_open_fill_and_end_a_session(yard):
    assert report(yard, "available").chargers["c1"].session is None
    assert report(yard, "charging").chargers["c1"].session.phase is Phase.CHARGING
    assert report(yard, "full").chargers["c1"].session.phase is Phase.FULL
    assert report(yard, "available").chargers["c1"].session is None
    assert yard.services.sites.session(YARD, "c1", 1).end_reason is EndReason.UNPLUGGED


def test_not_connected_in_a_hold_is_no_falling_edge(yard):
    report(yard, "available")
    ann = yard.driver("ann")
    yard.services.queueing.join(YARD, ann.user_id, DRIVER)
    assert report(yard, "available").chargers["c1"].session.phase is Phase.OFFERED
    assert report(yard, "charging").chargers["c1"].session.phase is Phase.CHARGING


def test_another_process_hears_a_change_within_half_a_minute(yard):
    report(yard, "available")
    other = site_services(yard.store, yard.clock, yard.randomness, yard.bus)
    other.units.report(YARD, "c1", "charging", UNIT)
    yard.clock.advance(seconds=5)
    report(yard, "available")  # this process has not seen the other's decision
    assert yard.charger().session is not None
    yard.clock.advance(seconds=31)
    assert report(yard, "available").chargers["c1"].session is None


@pytest.mark.parametrize("level", ["", "pre_session", "offline", "unknown", "AVAILABLE", "x" * 1000])
def test_a_level_no_unit_has_is_invalid(yard, level):
    with pytest.raises(Invalid):
        report(yard, level)


def test_an_unknown_or_retired_charger_is_not_found(yard):
    for location_id, charger_id in (("nowhere", "c1"), (YARD, "c9")):
        with pytest.raises(NotFound):
            yard.services.units.report(location_id, charger_id, "available", UNIT)
    yard.services.keeping.retire_charger(YARD, "c1", ADMIN)
    with pytest.raises(NotFound):
        report(yard, "available")


def test_a_unit_silent_for_half_an_hour_is_offline_and_back_when_heard(yard):
    report(yard, "available")
    yard.clock.advance(minutes=9)
    report(yard, "available")
    yard.clock.advance(minutes=22)
    assert yard.services.units.find_silent() == 0  # 31 min after the write, 22 min after the last word
    yard.clock.advance(minutes=8)
    assert yard.services.units.find_silent() == 1
    assert yard.charger().offline_since is not None
    assert unit(yard).silent_at is None
    with yard.store.measure() as count:
        assert yard.services.units.find_silent() == 0
    assert (count.reads, count.writes) == (1, 0)
    report(yard, "available")
    assert yard.charger().offline_since is None
    assert unit(yard).silent_at is not None


def test_a_unit_whose_charger_is_gone_is_forgotten(yard):
    report(yard, "available")
    yard.services.keeping.retire_charger(YARD, "c1", ADMIN)
    yard.clock.advance(minutes=31)
    assert yard.services.units.find_silent() == 0
    assert yard.store.get(paths.unit(YARD, "c1")) is None

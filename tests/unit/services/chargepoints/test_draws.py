"""A car that stops to draw power is full though its charge point never says so."""

from datetime import timedelta

import pytest

from model.charger import Phase
from tests.fakes.site_world import World


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.charge_point()
    world.ann = world.driver("ann")
    world.starts(world.ann.tag, "t1", meter_wh=1000)
    world.tell("CP1", "status", connector=1, status="charging")
    world.nudged()
    return world


def draws(world: World, *, drawing: bool, since_s: float = 180) -> dict:
    since = world.clock.now() - timedelta(seconds=since_s)
    return world.tell("CP1", "draw", connector=1, drawing=drawing, since=since)


def meter(world: World, value: str):
    sample = {"at": world.clock.now(), "value": value, "unit": "Wh"}
    return world.event("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])


def phase(world):
    return world.charger().session.phase


def test_after_energy_was_drawn_a_car_that_stops_is_full_since_then(yard):
    yard.post(meter(yard, "5000"))
    yard.clock.advance(minutes=30)
    assert draws(yard, drawing=False)["outcome"] == "applied"
    assert phase(yard) is Phase.FULL
    assert yard.services.sites.session("yard", "c1", 1).full_at == yard.clock.now()


def test_the_readings_of_the_same_post_tell_that_energy_was_drawn(yard):
    yard.clock.advance(minutes=30)
    reading = meter(yard, "5000")
    stopped = yard.event("CP1", "draw", connector=1, drawing=False, since=yard.clock.now() - timedelta(minutes=3))
    yard.post(reading, stopped)
    assert phase(yard) is Phase.FULL


def test_a_car_that_has_drawn_nothing_yet_waits(yard):
    yard.clock.advance(minutes=30)
    draws(yard, drawing=False)
    assert phase(yard) is Phase.CHARGING
    assert yard.charger().suspended_at is None


def test_a_full_car_that_draws_again_charges(yard):
    yard.post(meter(yard, "5000"))
    yard.clock.advance(minutes=30)
    draws(yard, drawing=False)
    draws(yard, drawing=True)
    assert phase(yard) is Phase.CHARGING


def test_it_is_no_fault_of_the_car_where_the_charge_point_gives_nothing(yard):
    yard.post(meter(yard, "5000"))
    yard.tell("CP1", "status", connector=1, status="suspended_evse")
    yard.clock.advance(minutes=30)
    draws(yard, drawing=False)
    assert phase(yard) is Phase.CHARGING


def test_what_is_told_where_nothing_runs_changes_nothing(yard):
    version = yard.site().version
    draws(yard, drawing=True)
    assert yard.site().version == version
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=5000, tag=yard.ann.tag)
    yard.tell("CP1", "status", connector=1, status="available")
    for drawing in (True, False):
        draws(yard, drawing=drawing)
    assert yard.charger().session is None
    assert yard.tell("CP1", "draw", connector=9, drawing=True, since=yard.clock.now())["reason"] == "unknown_connector"
    bad = yard.event("CP1", "draw", connector=1, drawing=True, since="2026-03-02T08:00:00")
    assert yard.post(bad).results[0].reason.startswith("bad_event")

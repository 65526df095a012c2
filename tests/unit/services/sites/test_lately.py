"""The last charge and the last reservation: an open hold is no charge, and the newest counts."""

import pytest

from model.errors import NotFound
from tests.fakes.site_world import DRIVER, YARD, World


@pytest.fixture
def world() -> World:
    made = World()
    made.location(chargers=2)
    made.location("other")
    return made


def test_a_hold_is_no_charge_and_the_one_before_it_is_the_last(world: World) -> None:
    ann = world.driver("ann").user_id
    lately, charging, units = world.services.lately, world.services.charging, world.services.units
    with pytest.raises(NotFound):
        lately.charge(YARD, "C1")
    charging.reserve(YARD, "c1", ann, DRIVER, seconds=60)
    with pytest.raises(NotFound):
        lately.charge_of(ann)
    units.report(YARD, "c1", "charging", DRIVER)
    assert lately.charge(YARD, "C1").number == lately.charge_of(ann).number == 1
    units.report(YARD, "c1", "available", DRIVER)
    world.clock.advance(seconds=5)
    charging.reserve(YARD, "c1", ann, DRIVER)
    assert (lately.charge(YARD, "c1").number, lately.reservation(YARD, "c1").number) == (1, 2)


def test_the_newest_reservation_counts_wherever_it_is_and_however_short(world: World) -> None:
    ann = world.driver("ann").user_id
    lately, charging = world.services.lately, world.services.charging
    for location_id, charger_id, seconds in ((YARD, "c1", 900), ("other", "c1", 60)):
        charging.reserve(location_id, charger_id, ann, DRIVER, seconds=seconds)
        charging.cancel_reservation(location_id, charger_id, ann, DRIVER)
        world.clock.advance(seconds=5)
    assert lately.reservation_of(ann).location_id == "other"
    assert lately.reservation(YARD, "c1").user_id == ann
    with pytest.raises(NotFound):
        lately.reservation(YARD, "c2")


def test_a_start_is_no_reservation(world: World) -> None:
    world.charge_point()
    ann = world.driver("ann").user_id
    world.services.charging.start_charging(YARD, "c1", ann, DRIVER)
    with pytest.raises(NotFound):
        world.services.lately.reservation(YARD, "c1")

"""What a forecast costs: one document besides the site at most, whatever there is of history."""

import pytest

from model.account import User
from model.errors import NotFound
from scheduling.inputs import Accept, Join, LevelReported
from services.site_services import site_services
from services.sites.foreseeing import Foreseeing, Stands
from tests.fakes.site_world import DRIVER, YARD, World


def reader(world: World) -> Foreseeing:
    """Another process, which saw the site a while ago, and when its units were heard."""
    services = site_services(world.store, world.clock, world.randomness, world.bus)
    services.sites.get(YARD)
    world.clock.advance(seconds=11)
    return services.foreseeing


@pytest.fixture
def crowd(world: World) -> list[User]:
    """Ten on one charger: the first charges, nine wait."""
    world.location()
    found = [world.driver(f"d{number}") for number in range(10)]
    for user in found:
        world.desk.decide(YARD, [Join(user_id=user.user_id)], DRIVER)
    world.desk.decide(YARD, [Accept(user_id=found[0].user_id)], DRIVER)
    world.desk.decide(YARD, [LevelReported(charger_id="c1", level="charging")], DRIVER)
    return found


def test_who_waits_costs_the_site_alone(world: World, crowd: list[User]) -> None:
    foreseeing = reader(world)
    with world.store.measure() as count:
        assert foreseeing.of(YARD, crowd[9].user_id).stands is Stands.WAITING
    assert count.reads == 1
    with world.store.measure() as count:
        foreseeing.of(YARD, crowd[8].user_id)
    assert count.reads == 0


@pytest.mark.parametrize(("which", "stands"), [("charging", Stands.CHARGING), ("away", Stands.NOT_HERE)])
def test_who_charges_or_is_not_here_costs_one_more(world: World, crowd: list[User], which: str, stands: Stands) -> None:
    user = crowd[0] if which == "charging" else world.driver("away")
    foreseeing = reader(world)
    with world.store.measure() as count:
        assert foreseeing.of(YARD, user.user_id).stands is stands
    assert count.reads == 2


def test_who_joined_by_another_process_waits_at_once(world: World, crowd: list[User]) -> None:
    foreseeing, late = reader(world), world.driver("late")
    assert foreseeing.of(YARD, late.user_id).stands is Stands.NOT_HERE
    world.clock.advance(seconds=2)
    world.desk.decide(YARD, [Join(user_id=late.user_id)], DRIVER)
    found = foreseeing.of(YARD, late.user_id)
    assert (found.stands, found.wait and found.wait.place) == (Stands.WAITING, 10)
    assert len(crowd) == 10


def test_nobody_is_foreseen_nothing(world: World) -> None:
    world.location()
    with pytest.raises(NotFound):
        world.services.foreseeing.of(YARD, "u-nobody")
    with pytest.raises(NotFound):
        world.services.foreseeing.of("nowhere", "u-nobody")

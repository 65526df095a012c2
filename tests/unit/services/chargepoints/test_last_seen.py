"""When chargers were seen last: on connecting, on leaving and hourly, though nothing periodic writes a site."""

from datetime import datetime, timedelta

import pytest

from model.decision import Actor
from services.site_services import SiteServices, site_services
from tests.fakes.site_world import YARD, World

UNIT = Actor(kind="service", id="unit")


@pytest.fixture
def yard(world: World) -> World:
    world.location(chargers=2)
    world.charge_point()
    return world


def another_process(world: World) -> SiteServices:
    return site_services(world.store, world.clock, world.randomness, world.bus)


def seen(process: SiteServices, charger: str = "c1") -> datetime | None:
    site = process.sites.get(YARD)
    return process.last_seen.of(site, site.chargers[charger])


def point_seen(process: SiteServices) -> datetime | None:
    charge_point = process.registry.get("CP1")
    process.last_seen.look_at([charge_point])
    return process.last_seen.shown(charge_point).last_seen_at


def hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def test_a_connected_charger_was_seen_in_the_hour_in_which_its_bridge_was_heard(yard):
    came_at = yard.clock.now()
    yard.clock.advance(hours=5, minutes=20)
    assert seen(yard.services) == hour(came_at)
    version = yard.site().version
    with yard.store.measure() as count:
        yard.services.presence.heard("b1")
    assert count.writes == 1  # the bridge's own document, as ever
    assert seen(yard.services) == point_seen(yard.services) == hour(yard.clock.now())
    assert yard.site().version == version


def test_its_hour_stands_still_once_it_has_left(yard):
    yard.tell("CP1", "connection", connected=False, bridge_id="b1", epoch=1)
    left_at = yard.clock.now()
    yard.clock.advance(hours=3)
    yard.services.presence.heard("b1")
    assert seen(yard.services) is None
    assert point_seen(yard.services) == left_at


def test_its_hour_stands_still_while_its_bridge_is_dead(yard):
    heard_at = yard.clock.now()
    yard.clock.advance(hours=3)
    assert seen(yard.services) == seen(another_process(yard)) == hour(heard_at)


def test_a_process_that_hears_the_bridge_reads_nothing_for_it(yard):
    yard.clock.advance(hours=2)
    yard.services.presence.heard("b1")
    with yard.store.measure() as count:
        seen(yard.services)
    assert count.reads == 1  # the site


def test_another_process_reads_once_an_hour_what_the_bridge_wrote(yard):
    other = another_process(yard)
    with yard.store.measure() as count:
        for _ in range(60):
            yard.clock.advance(minutes=1)
            yard.services.presence.heard("b1")
            seen(other)
    assert seen(other) == hour(yard.clock.now())
    assert count.reads == 60 + 2  # a site each minute, the bridge in each of the two hours


def test_a_bridge_that_is_dead_is_looked_for_every_ten_minutes_at_most(yard):
    yard.clock.advance(hours=2)
    other = another_process(yard)
    with yard.store.measure() as count:
        for _ in range(60):
            yard.clock.advance(minutes=1)
            seen(other)
    assert count.reads <= 60 + 7


def test_a_unit_was_seen_in_the_hour_in_which_it_posted_its_level_last(yard):
    for _ in range(90):
        yard.clock.advance(minutes=1)
        yard.services.units.report(YARD, "c2", "available", UNIT)
    assert seen(yard.services, "c2") == seen(another_process(yard), "c2") == hour(yard.clock.now())
    yard.clock.advance(hours=2)
    assert seen(yard.services, "c2") == hour(yard.clock.now() - timedelta(hours=2))
    assert yard.services.units.find_silent() == 1
    assert seen(yard.services, "c2") is None  # the site knows since when


def test_what_was_never_heard_was_never_seen(world):
    world.location(chargers=1)
    world.services.registry.put("CP1", {"1": f"{YARD}:c1"}, Actor(kind="admin"), password="0123456789abcdef")
    world.services.presence.heard("b1")
    assert seen(world.services) is None
    assert point_seen(world.services) is None


def test_a_clock_that_was_set_back_shows_nobody_seen_in_the_future(yard):
    yard.services.presence.heard("b1")
    yard.clock.advance(hours=-2)
    assert seen(yard.services) == hour(yard.clock.now())

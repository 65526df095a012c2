"""What runs now, on a location's page: its power and energy, as last measured, for few reads."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from api.app import create_app
from services.sites.running import Running
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People
from tests.fakes.site_world import World
from tests.unit.web.browser import Browser
from web.room import PAGES

PAGE = "/dashboard/location/yard/now"


@pytest.fixture
def world() -> World:
    """Three chargers at a charge point; ann charges at the first."""
    world = World()
    world.location(chargers=3)
    world.charge_point(connectors=3)
    ann = world.driver("ann")
    world.tell("CP1", "transaction_started", connector=1, transaction_id="t1", meter_start_wh=1000, tag=ann.tag)
    return world


@pytest.fixture
def manager(world: World) -> Browser:
    services = fake_services(store=world.store, clock=world.clock)
    app = create_app(replace(services, sites=world.services, standing=world.services.standing), pages=PAGES)
    People(app, services).admin("manager")
    return Browser(app).logged_in("manager", PASSWORD)


def measured(world: World, power_w: int, register_wh: int) -> None:
    world.clock.advance(seconds=1)
    at = world.clock.now().isoformat()
    readings = (("Power.Active.Import", "W", power_w), ("Energy.Active.Import.Register", "Wh", register_wh))
    samples = [{"at": at, "measurand": name, "unit": unit, "value": str(value)} for name, unit, value in readings]
    world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=samples)


def test_what_runs_shows_its_newest_power_and_energy(world: World, manager: Browser) -> None:
    assert manager.get(PAGE).text.count("not measured yet") == 1
    measured(world, 7_240, 1_500)
    shown = manager.get(PAGE).text
    assert "7.2 kW" in shown
    assert "0.50 kWh" in shown
    measured(world, 3_000, 2_250)
    shown = manager.get(PAGE).text
    assert "3.0 kW" in shown
    assert "1.25 kWh" in shown
    assert "ago" not in shown
    world.clock.advance(minutes=12)
    assert "1.25 kWh, 12 min ago" in manager.get(PAGE).text
    world.tell(
        "CP1", "transaction_ended", connector=1, transaction_id="t1", meter_stop_wh=2_300, reason="EVDisconnected"
    )
    world.tell("CP1", "status", connector=1, status="available")
    assert "kWh" not in manager.get(PAGE).text


def test_a_page_that_is_renewed_reads_the_site_and_each_running_session_once_in_a_while(
    world: World, manager: Browser
) -> None:
    bob = world.driver("bob")
    world.tell("CP1", "transaction_started", connector=2, transaction_id="t2", meter_start_wh=0, tag=bob.tag)
    manager.get(PAGE)
    with world.store.measure() as again:
        for _ in range(3):
            manager.get(PAGE)
    assert again.reads == 3
    world.clock.advance(minutes=5)
    manager.get("/session")  # who looks is looked up anew after a minute
    with world.store.measure() as later:
        manager.get(PAGE)
    assert later.reads == 1 + 2
    measured(world, 5_000, 1_200)
    with world.store.measure() as told:
        assert "5.0 kW" in manager.get(PAGE).text
    assert told.reads == 1


def test_what_another_process_keeps_is_seen_after_a_while(world: World, manager: Browser) -> None:
    manager.get(PAGE)
    with patch.object(Running, "heard"):
        measured(world, 5_000, 1_200)
    assert "5.0 kW" not in manager.get(PAGE).text
    world.clock.advance(minutes=5)
    assert "5.0 kW" in manager.get(PAGE).text

"""A car that is nearly full: its driver hears of it once, whoever sees the readings, and nothing more is decided."""

from dataclasses import replace

import pytest

from model.settings import settings_of_new
from scheduling.inputs import PutLocation
from services.sites.replay import replay
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World


@pytest.fixture
def charging() -> World:
    """Ann charges at ``c1``."""
    world = World()
    world.location(settings=settings_of_new())
    world.charge_point()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    begun = {"connector": 1, "transaction_id": "t1", "meter_start_wh": 1000, "tag": ann.tag}
    world.tell("CP1", "transaction_started", **begun)
    assert world.charger().session is not None
    world.told()
    return world


def charges(world: World, percent: int) -> None:
    world.clock.advance(seconds=30)
    at = world.clock.now().isoformat()
    sample = {"at": at, "measurand": "SoC", "unit": "Percent", "value": str(percent)}
    world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])


def told(world: World) -> list[str]:
    return [kind for _, kind in world.told() if kind == "nearly_full"]


def test_it_is_told_once_and_later_readings_decide_nothing(charging: World):
    charges(charging, 80)
    assert told(charging) == []
    charges(charging, 91)
    assert told(charging) == ["nearly_full"]
    version = charging.site().version
    for percent in (92, 93, 94):
        charges(charging, percent)
    assert told(charging) == []
    assert charging.site().version == version
    assert replay(charging.store, YARD).different == ()


def test_a_location_that_does_not_want_it_costs_nothing(charging: World):
    silent = replace(settings_of_new(), tell_nearly_full=False)
    charging.services.keeping.put_location(YARD, PutLocation(settings=silent), ADMIN)
    version = charging.site().version
    charges(charging, 95)
    assert told(charging) == []
    assert charging.site().version == version

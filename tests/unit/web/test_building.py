"""What the dashboard shows of a location's building."""

import re
from typing import Any

import pytest

from model.account import Scope, ScopeKind
from services.building.keeping import BuildingKeeping
from tests.fakes.building_readings import reading
from tests.fakes.people import People
from tests.unit.web.browser import Browser


@pytest.fixture
def told(people: People, services: Any) -> BuildingKeeping:
    """A location, and how a bridge tells of its building."""
    people.admin("root").post("/api/location/Lot", {"time_zone": "Europe/Vienna"})
    people.unit(Scope(kind=ScopeKind.BRIDGE, id="b1"), "bridge-1")
    keeping: BuildingKeeping = services.sites.building_keeping
    return keeping


def text(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).split())


def test_a_location_without_a_meter_says_nothing_of_its_building(told: BuildingKeeping, manager: Browser) -> None:
    assert "building" not in text(manager.get("/dashboard/location/Lot")).lower()
    assert "No meter of this building" in text(manager.get("/dashboard/location/Lot/building"))
    assert manager.get("/dashboard/location/nowhere/building").status_code == 404


def test_what_a_building_takes_by_phase_and_how_old_that_is(
    told: BuildingKeeping, manager: Browser, services: Any
) -> None:
    told.told("b1", "lot", [reading(services.clock.now(), power_w=9_000)])
    services.clock.advance(seconds=12)
    shown = text(manager.get("/dashboard/location/Lot"))
    assert "The building takes 9.0 kW : L1 13.0 A, L2 13.0 A, L3 13.0 A (12 s ago)" in shown
    services.clock.advance(seconds=300)
    told.told("b1", "lot", [reading(services.clock.now(), power_w=-1_500)])
    assert "The building gives 1.5 kW" in text(manager.get("/dashboard/location/Lot/building/now"))
    services.clock.advance(seconds=300)
    stale = text(manager.get("/dashboard/location/Lot/building/now"))
    assert "(5 min ago)" in stale
    assert "not heard since" in stale


def test_its_day_begins_at_the_locations_midnight(told: BuildingKeeping, manager: Browser, services: Any) -> None:
    told.told("b1", "lot", [reading(services.clock.now())])
    page = manager.get("/dashboard/location/Lot/building").get_data(as_text=True)
    asked = re.search(r'data-series="([^"]+)"', page)
    assert asked is not None
    address = asked[1].replace("&amp;", "&")
    assert "from=2026-03-01T23%3A00%3A00.000Z" in address
    assert manager.get(address).json["measurements"]["series"]


def test_only_managers_see_it(told: BuildingKeeping, nobody: Browser) -> None:
    for path in ("building", "building/now"):
        assert nobody.get(f"/dashboard/location/Lot/{path}").status_code in {302, 303, 401, 403}

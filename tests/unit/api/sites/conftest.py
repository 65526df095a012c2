"""An app that knows sites, and one location with two chargers that report their levels."""

import pytest

from model.account import Scope, ScopeKind
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.people import People, Someone
from tests.fakes.site_composition import with_sites
from tests.unit.api.sites.settings_yard import Yard
from tests.unit.api.sites.test_chargepoint import PASSWORD, Reporter

LOT = "/api/location/lot"


@pytest.fixture
def services() -> Services:
    return with_sites(fake_services())


@pytest.fixture
def lot(root: Someone) -> str:
    """The path of a location called Lot with chargers A and B."""
    assert root.post("/api/location/Lot", {"name": "Car park", "notes": "key under the mat"}).status_code == 201
    for charger in "AB":
        assert root.post(f"{LOT}/charger/{charger}", {"max_power_w": 11_000}).status_code == 201
    return LOT


@pytest.fixture
def unit(people: People) -> Someone:
    """The unit at charger A."""
    return people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:A"), "unit-a")


@pytest.fixture
def other_unit(people: People) -> Someone:
    """The unit at charger B."""
    return people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:B"), "unit-b")


@pytest.fixture
def bridge(people: People) -> Someone:
    return people.unit(Scope(kind=ScopeKind.BRIDGE, id="b1"), "bridge-1")


@pytest.fixture
def set_box(root: Someone, lot: str) -> str:
    path = "/api/chargepoint/CP-1"
    body = {"password": PASSWORD, "connectors": {"1": "lot:A", "2": "Lot:B"}}
    assert root.put(path, body).status_code == 201
    return path


@pytest.fixture
def yard(root: Someone, bridge: Someone, services: Services, set_box: str, lot: str) -> Yard:
    reporter = Reporter(bridge, services)
    reporter.connect()
    found = Yard(root, reporter, services, lot)
    assert found.boot()["outcome"] == "applied"
    return found

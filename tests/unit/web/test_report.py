"""The year's page: what was summarised, in words and in its table."""

from model.account import Scope, ScopeKind
from services.context import Services
from services.reports.summarising import Summaries
from tests.fakes.clock import FakeClock
from tests.fakes.people import People
from tests.unit.web.browser import Browser


def test_the_year_shows_its_charges_and_leads_to_the_years_beside_it(
    manager: Browser, people: People, services: Services
) -> None:
    assert isinstance(services.clock, FakeClock)
    root = people.admin("root")
    root.post("/api/location/Lot", {"time_zone": "Europe/Helsinki"})
    root.post("/api/location/Lot/charger/A")
    unit = people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:A"))
    for state in ("available", "charging", "full", "available"):
        assert unit.put("/api/location/Lot/charger/A", {"state": state}).status_code == 200
        services.clock.advance(minutes=30)
    Summaries(services.store, services.clock).run()
    year = services.clock.now().year
    page = manager.get(f"/dashboard/report?year={year}").text
    assert "1 charge, 0.00 kWh" in page
    assert "<td>Lot:A</td>" in page
    assert f'href="?year={year - 1}"' in page
    assert "0 charges" in manager.get(f"/dashboard/report?year={year - 1}").text
    assert manager.get("/dashboard/report?year=soon").status_code == 422

"""Reports over HTTP: for admins only; zeros where there is nothing; a clear refusal of what cannot be."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from model import paths
from model.charger import EndReason
from model.session import Session
from model.store.counting import CountingStore
from model.store.memory import MemoryStore
from services.context import Services
from services.reports.summarising import Summaries
from services.sites.session_document import session_document
from tests.fakes.composition import fake_services
from tests.fakes.people import Someone
from tests.fakes.site_composition import with_sites

NOTHING = {"sessions": 0, "energy_wh": 0, "earnings": []}


@pytest.fixture
def store() -> CountingStore:
    return CountingStore(MemoryStore())


@pytest.fixture
def services(store: CountingStore) -> Services:
    return with_sites(fake_services(store=store))


def charge(services: Services, charger: str, number: int, ended: datetime, energy_wh: int, **known: Any) -> None:
    """A charge of an hour."""
    began = ended - timedelta(hours=1)
    session = Session(
        location_id="Lot", charger_id=charger, number=number, assigned_at=began, plugged_at=began, ended_at=ended,
        end_reason=EndReason.UNPLUGGED, energy_wh=energy_wh, user_id="u1", **{"currency": "EUR", **known},
    )  # fmt: skip
    services.store.put(paths.session("Lot", charger, number), session_document(session))


@pytest.fixture
def charged(services: Services, root: Someone, lot: str) -> str:
    """Charges at the turn of the year and in spring, at A and at one that is gone; the currency changed."""
    charge(services, "A", 1, datetime(2025, 12, 31, 23, 30, tzinfo=UTC), 1_000, charged=30)
    charge(services, "A", 2, datetime(2026, 1, 1, 9, tzinfo=UTC), 2_000, charged=60, currency="HRK")
    charge(services, "A", 3, datetime(2026, 1, 2, 9, tzinfo=UTC), 3_000, charged=90)
    charge(services, "=Gone", 1, datetime(2026, 2, 3, 9, tzinfo=UTC), 4_000, charged=0)
    Summaries(services.store, services.clock).run()
    return lot


def test_a_year_by_month_and_station(root: Someone, charged: str) -> None:
    report = root.get("/api/report/year?year=2026&location=lot").json["report"]
    assert (report["year"], report["as_of"]) == (2026, "2026-03-02T08:00:00.000Z")
    gone, a, b = report["stations"]
    assert [(one["location_id"], one["charger_id"]) for one in (gone, a, b)] == [
        ("Lot", "=Gone"), ("Lot", "A"), ("Lot", "B"),
    ]  # fmt: skip
    earned = [{"currency": "EUR", "amount": 90}, {"currency": "HRK", "amount": 60}]
    assert a["months"] == [{"sessions": 2, "energy_wh": 5_000, "earnings": earned}] + [NOTHING] * 11
    assert gone["months"][1] == {"sessions": 1, "energy_wh": 4_000, "earnings": []}
    assert b["total"] == NOTHING
    assert report["total"] == {"sessions": 3, "energy_wh": 9_000, "earnings": earned}
    assert [month["energy_wh"] for month in report["months"]] == [5_000, 4_000] + [0] * 10


def test_a_year_before_and_one_without_data(root: Someone, charged: str) -> None:
    last = root.get("/api/report/year?year=2025&location=LOT").json["report"]
    assert [month["energy_wh"] for month in last["months"]] == [0] * 11 + [1_000]
    empty = root.get("/api/report/year?year=2001").json["report"]
    assert empty["total"] == NOTHING
    assert [one["charger_id"] for one in empty["stations"]] == ["A", "B"]


def test_what_is_retired_is_still_counted(root: Someone, charged: str) -> None:
    for charger in "AB":
        assert root.delete(f"{charged}/charger/{charger}").status_code == 200
    assert root.delete(charged).status_code == 200
    report = root.get("/api/report/year?year=2026").json["report"]
    assert [one["charger_id"] for one in report["stations"]] == ["=Gone", "A"]
    assert report["total"]["energy_wh"] == 9_000
    [day] = root.get("/api/report/day?date=2026-01-02").json["reports"]
    assert [(one["charger_id"], one["charging_s"]) for one in day["chargers"]] == [("A", 3600), ("B", 0)]


def test_a_year_costs_few_reads(store: CountingStore, root: Someone, charged: str) -> None:
    root.get("/api/user")
    with store.measure() as count:
        root.get("/api/report/year?year=2026&location=lot")
    assert count.reads <= 400, "the budget of a location's year"
    assert count.reads <= 15, "what it takes: twelve months, the site, the cursor, and perhaps the token"


def test_a_day_and_its_week(root: Someone, charged: str) -> None:
    [day] = root.get("/api/report/day?date=2026-01-02&location=lot").json["reports"]
    assert (day["first"], day["last"]) == ("2026-01-02", "2026-01-02")
    assert (day["starts_at"], day["ends_at"]) == ("2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z")
    assert day["total"]["taken"]["energy_wh"] == 3_000
    at_a = day["chargers"][0]
    assert (at_a["charging_s"], at_a["empty_s"], at_a["present_s"]) == (3600, 23 * 3600, 86_400)
    assert at_a["shares"] == {"charging": 1 / 24, "occupied": 0, "held": 0, "empty": 23 / 24}
    assert day["queue"]["waits"] == {"count": 0, "mean_s": None, "p50_s": None, "p90_s": None}
    assert (day["queue"]["served"], day["queue"]["mean_depth"], day["queue"]["idle_share"]) == (1, None, None)
    assert day["fairness"] == {"drivers": 0, "worst_decile": None, "jain": None}
    [week] = root.get("/api/report/week?date=2026-01-02&location=lot").json["reports"]
    assert (week["first"], week["last"]) == ("2025-12-29", "2026-01-04")
    assert week["total"]["taken"]["energy_wh"] == 6_000
    assert week["queue"]["served"] == 3


def test_a_location_without_any_summary_yet(root: Someone, lot: str) -> None:
    report = root.get("/api/report/year?year=2026").json["report"]
    assert (report["as_of"], report["total"]) == (None, NOTHING)
    [day] = root.get("/api/report/day?date=2026-03-02").json["reports"]
    assert (day["as_of"], day["chargers"], day["total"]["present_s"]) == (None, [], 0)
    assert day["total"]["shares"] == {"charging": None, "occupied": None, "held": None, "empty": None}


def test_there_is_no_location_at_all(root: Someone) -> None:
    assert root.get("/api/report/year?year=2026").json["report"]["months"] == [NOTHING] * 12
    assert root.get("/api/report/day?date=2026-03-02").json["reports"] == []


def test_tables(root: Someone, charged: str) -> None:
    answer = root.get("/api/report/year?year=2026&format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-2026.csv"'
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert rows[0] == ["location_id", "charger_id", "month", "sessions", "energy_wh", "currency", "earnings"]
    assert len(rows) == 1 + 3 * 12 + 1, "January has a row for each of two currencies"
    assert rows[13:15] == [
        ["Lot", "A", "2026-01", "2", "5000", "EUR", "90"], ["Lot", "A", "2026-01", "2", "5000", "HRK", "60"],
    ]  # fmt: skip
    assert rows[1][1] == "'=Gone", "no spreadsheet runs it"
    for route, name in (("day", "2026-01-02"), ("week", "2026-W01")):
        answer = root.get(f"/api/report/{route}?date=2026-01-02&format=csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="report-{name}.csv"'
        [first, *_] = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
        assert int(first["present_s"]) == sum(int(first[each]) for each in ("charging_s", "held_s", "empty_s"))


REFUSED = (
    ("year?", 422, "invalid"),
    ("year?year=MMXXVI", 422, None),
    ("year?year=1999", 422, None),
    ("year?year=10000", 422, None),
    ("year?year=2027", 422, "no_such_period"),
    ("year?year=9999", 422, "no_such_period"),
    ("year?year=2026&year=2025", 422, "invalid"),
    ("year?year=2026&month=2", 422, None),
    ("year?year=2026&format=xml", 422, None),
    ("year?year=2026&location=nowhere", 404, "location_not_found"),
    ("year?year=2026&location=a%2Fb", 404, "location_not_found"),
    (f"year?year=2026&location={'x' * 65}", 422, None),
    ("day?", 422, "invalid"),
    ("day?date=2026-02-30", 422, None),
    ("day?date=2025-02-29", 422, None),
    ("day?date=yesterday", 422, None),
    ("day?date=2026-03-03", 422, "no_such_period"),
    ("day?date=9999-12-31", 422, "no_such_period"),
    ("day?date=0001-01-01", 422, "no_such_period"),
    ("week?date=2026-03-09", 422, "no_such_period"),
    ("week?date=9999-12-31", 422, "no_such_period"),
    ("day?date=2026-03-01&location=nowhere", 404, "location_not_found"),
)
"""A question, the status it gets, and the code where it is not just `invalid`."""


def test_what_cannot_be_is_refused(root: Someone, lot: str) -> None:
    for query, status, code in REFUSED:
        answer = root.get(f"/api/report/{query}")
        assert (answer.status_code, answer.json["code"]) == (status, code or "invalid"), (query, answer.json)


def test_reports_are_for_admins(ann: Someone, unit: Someone, lot: str) -> None:
    for route in ("year?year=2026", "week?date=2026-03-02", "day?date=2026-03-02"):
        assert {who.get(f"/api/report/{route}").status_code for who in (ann, unit)} == {403}

"""A charger's history over HTTP: who sees what of it, and what is refused."""

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.people import Someone


@pytest.fixture
def charged(ann: Someone, root: Someone, unit: Someone, lot: str, services) -> str:
    """Ann charged for an hour at A; the path of that charger."""
    clock: FakeClock = services.clock
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    ann.post(f"{lot}/queue")
    ann.post(f"{lot}/queue/offer", {"action": "accept"})
    unit.put(f"{lot}/charger/A", {"state": "charging"})
    clock.advance(hours=1)
    unit.put(f"{lot}/charger/A", {"state": "available"})
    return f"{lot}/charger/A"


def test_every_change_is_listed_newest_first(ann: Someone, root: Someone, charged: str) -> None:
    answer = root.get(f"{charged}/status_history")
    assert answer.status_code == 200
    found = answer.json["status_history"]
    assert [one["after"] for one in found] == ["available", "charging", "pre_session", "available"]
    assert found[0] | {"actor": None, "decision": 0} == {
        "number": 4, "at": "2026-03-02T09:00:00.000Z", "before": "charging", "after": "available",
        "cause": "level_reported", "detail": "available", "end_reason": "unplugged", "session_id": 1, "actor": None,
        "decision": 0,
    }  # fmt: skip
    assert found[0]["actor"]["kind"] == "service"
    assert found[3]["before"] is None
    seen = ann.get(f"{charged}/status_history").json["status_history"]
    assert [one | {"actor": None} for one in found] == seen


def test_pages_follow_each_other(root: Someone, charged: str) -> None:
    first = root.get(f"{charged}/status_history?page_size=3").json
    rest = root.get(f"{charged}/status_history?page_size=3&page_token={first['next_page_token']}").json
    assert [one["number"] for one in first["status_history"] + rest["status_history"]] == [4, 3, 2, 1]
    assert rest["next_page_token"] is None
    some = root.get(f"{charged}/status_history?from=2026-03-02T08:30:00Z&until=2026-03-02T10:00:00%2B01:00").json
    assert some["status_history"] == []


def test_a_day_at_a_glance(ann: Someone, charged: str) -> None:
    day = ann.get(f"{charged}/timeline?date=2026-03-02").json["timeline"]
    assert (day["date"], day["time_zone"]) == ("2026-03-02", "UTC")
    assert [(one["state"], one["seconds"], one["known"]) for one in day["segments"]] == [
        ("unknown", 8 * 3600, False), ("charging", 3600, True),
    ]  # fmt: skip
    assert day["seconds"] == {"unknown": 28_800, "charging": 3600}
    assert sum(day["shares"].values()) == pytest.approx(1, abs=1e-5)
    assert ann.get(f"{charged}/timeline").json["timeline"] == day
    assert ann.get(f"{charged}/timeline?date=2026-03-03").json["timeline"]["segments"] == []


def test_uptime_is_of_the_time_since_it_was_added(ann: Someone, unit: Someone, charged: str, services) -> None:
    services.clock.advance(hours=1)
    unit.put(charged, {"state": "faulted"})
    services.clock.advance(hours=2)
    up = ann.get(f"{charged}/uptime?from=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z").json["uptime"]
    assert (up["share"], up["up_s"], up["known_s"]) == (0.5, 7200, 4 * 3600)
    assert up["seconds"]["faulted"] == 7200
    assert ann.get(f"{charged}/uptime").json["uptime"]["share"] == 0.5


REFUSED = [
    ("status_history?from=2026-03-02T08:00:00Z&until=2026-03-02T08:00:00Z", 422, "invalid_period"),
    ("status_history?from=yesterday", 422, "invalid"),
    ("status_history?from=2026-03-02T08:00:00", 422, "invalid"),
    ("status_history?page_token=x", 422, "invalid_page_token"),
    ("status_history?page_size=0", 422, "invalid"),
    ("status_history?to=2026-03-02T08:00:00Z", 422, "invalid"),
    ("timeline?date=2026-02-30", 422, "invalid"),
    ("timeline?date=9999-12-31", 422, "invalid_date"),
    ("status_history?page_token=WzEsIjAwMDEtMDEtMDFUMDA6MDA6MDArMTQ6MDAiXQ", 422, "invalid_page_token"),
    ("uptime?until=0001-01-01T00:00:00Z", 422, "invalid"),
    ("uptime?from=2026-03-03T08:00:00Z", 422, "invalid_period"),
    ("uptime?from=2026-03-02T08:00:00Z&until=2025-03-02T08:00:00Z", 422, "invalid_period"),
    ("uptime?from=2020-03-02T08:00:00Z&until=2026-03-02T08:00:00Z", 422, "period_too_long"),
]


def test_what_cannot_be_is_refused(ann: Someone, charged: str) -> None:
    for path, status, code in REFUSED:
        refused = ann.get(f"{charged}/{path}")
        assert (refused.status_code, refused.json["code"]) == (status, code), path


def test_a_charger_that_drivers_do_not_see_has_no_history_for_them(
    ann: Someone, root: Someone, lot: str, charged: str
) -> None:
    for path in ("status_history", "timeline"):
        assert ann.get(f"{lot}/charger/B/{path}").status_code == 404
        assert root.get(f"{lot}/charger/B/{path}").status_code == 200
        assert ann.get(f"{lot}/charger/Z/{path}").status_code == 404
        assert root.get(f"/api/location/none/charger/Z/{path}").status_code == 404


def test_a_charger_that_was_taken_away_keeps_its_history(root: Someone, charged: str) -> None:
    assert root.delete(charged).status_code == 200
    found = root.get(f"{charged}/status_history").json["status_history"]
    assert (found[0]["after"], found[0]["cause"]) == ("unavailable", "retire_charger")

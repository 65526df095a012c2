"""Exports over HTTP: who may, as which file, streamed, and in the background."""

import csv
from io import StringIO
from itertools import product

import pytest

from model.export import Format, What
from tests.fakes.people import Answer, Someone

PERIOD = "from=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z"


@pytest.fixture
def past(ann: Someone, bob: Someone, root: Someone, unit: Someone, lot: str, services) -> str:
    """Ann and then bob charged at A."""
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    root.patch(lot, {"time_zone": "Europe/Vienna"})
    for person in (ann, bob):
        person.post(f"{lot}/queue")
        person.post(f"{lot}/queue/offer", {"action": "accept"})
        for level in ("charging", "available"):
            unit.put(f"{lot}/charger/A", {"state": level})
            services.clock.advance(hours=1)
    return lot


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.json
    return list(csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_an_admin_exports_everybodys_sessions(root: Someone, past: str) -> None:
    answer = root.get(f"/api/export/sessions.csv?location=lot&{PERIOD}")
    assert [row["user"] for row in rows(answer)] == ["bob", "ann"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=sessions_lot_2026-03-01_2026-04-01.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert rows(root.get(f"/api/export/sessions.csv?{PERIOD}")) == rows(answer)
    assert rows(root.get("/api/export/sessions.csv")) == rows(answer)


def test_others_export_their_own_sessions_only(ann: Someone, past: str) -> None:
    for place in ("", "location=lot&", "location=lot&charger=A&"):
        assert [row["user"] for row in rows(ann.get(f"/api/export/sessions.csv?{place}{PERIOD}"))] == ["ann"]
    assert rows(ann.get(f"/api/export/measurements.csv?{PERIOD}")) == []
    assert rows(ann.get("/api/export/measurements.csv?session=lot:A:1")) == []
    refused = ann.get("/api/export/measurements.csv?session=lot:A:2")
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_session")
    refused = ann.get(f"/api/export/status_history.csv?location=lot&{PERIOD}")
    assert (refused.status_code, refused.json["code"]) == (403, "admins_only")


def test_a_name_that_no_header_can_hold_is_encoded(root: Someone) -> None:
    root.put("/api/location/駅", {})
    told = root.get(f"/api/export/sessions.csv?location=駅&{PERIOD}").headers["Content-Disposition"]
    assert told == "attachment; filename*=UTF-8''sessions_%E9%A7%85_2026-03-01_2026-04-01.csv"


def test_who_is_no_admin_any_more_does_not_fetch_what_admins_may(root: Someone, people, past: str, services) -> None:
    boss = people.admin("boss")
    asked = boss.post("/api/export", {"what": "sessions", "format": "csv"}).json["export"]["export_id"]
    services.sites.exports.jobs.run()
    assert boss.get(f"/api/export/{asked}/part/1").status_code == 200
    assert root.patch("/api/user/boss", {"type": "user"}).status_code == 200
    refused = boss.get(f"/api/export/{asked}/part/1")
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_export")


def test_every_file_comes_streamed_and_twice_the_same(root: Someone, past: str) -> None:
    for what, kind in product(What, Format):
        first, second = (root.get(f"/api/export/{what}.{kind}?location=Lot&{PERIOD}") for _ in range(2))
        assert first.status_code == 200
        assert first.is_streamed
        assert first.get_data() == second.get_data()
        assert ("style-src 'sha256-" in first.headers["Content-Security-Policy"]) is (kind is Format.HTML)


REFUSED = [
    (f"sessions.pdf?{PERIOD}", 422, "invalid"),
    (f"people.csv?{PERIOD}", 422, "invalid"),
    (f"sessions.csv?location=none&{PERIOD}", 404, "location_not_found"),
    (f"sessions.csv?location=lot&charger=Z&{PERIOD}", 404, "charger_not_found"),
    (f"sessions.csv?charger=A&{PERIOD}", 422, "location_required"),
    ("sessions.csv?from=2026-03-05T00:00:00Z", 422, "invalid_period"),
    ("sessions.csv?from=2024-03-05T00:00:00Z", 422, "period_too_long"),
    ("sessions.csv?from=2026-03-01T00:00:00Z&until=2026-03-01T00:00:00Z", 422, "invalid_period"),
    ("sessions.csv?from=2026-03-01T00:00:00Z&until=2020-03-01T00:00:00Z", 422, "invalid_period"),
    ("sessions.csv?from=2020-03-01T00:00:00Z&until=2026-03-01T00:00:00Z", 422, "period_too_long"),
    ("sessions.csv?from=2026-02-30T00:00:00Z&until=2026-03-01T00:00:00Z", 422, "invalid"),
    (f"sessions.csv?session=lot:A:1&{PERIOD}", 422, "invalid_session_id"),
    ("measurements.csv?session=lot:A:x", 422, "invalid_session_id"),
    ("measurements.csv?session=7", 404, "location_not_found"),
    ("measurements.csv?session=lot:A:99", 404, "session_not_found"),
    (f"status_history.csv?{PERIOD}", 422, "location_required"),
    (f"sessions.csv?{PERIOD}&columns=all", 422, "invalid"),
    ("sessions.csv?until=0001-01-01T00:00:00Z", 422, "invalid"),
    ("sessions.csv?until=-50649517", 422, "invalid"),
    ("sessions.csv?until=1772409600.5", 422, "invalid"),
    ("sessions.html?location=lot&from=9999-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", 422, "invalid"),
]


def test_what_cannot_be_is_refused(root: Someone, past: str) -> None:
    for path, status, code in REFUSED:
        refused = root.get(f"/api/export/{path}")
        assert (refused.status_code, refused.json["code"]) == (status, code), refused.json


def test_an_export_in_the_background_is_the_same_file(
    ann: Someone, bob: Someone, root: Someone, past: str, services
) -> None:
    body: dict[str, object] = {
        "what": "sessions",
        "format": "csv",
        "from": "2026-03-01T00:00:00Z",
        "until": "2026-04-01T00:00:00Z",
    }
    started = ann.post("/api/export", body, headers={"Idempotency-Key": "k"})
    assert started.status_code == 202
    export = started.json["export"]
    assert (export["status"], export["percent"], export["parts"]) == ("waiting", 0, 0)
    assert ann.post("/api/export", body, headers={"Idempotency-Key": "k"}).json["export"] == export
    path = f"/api/export/{export['export_id']}"
    assert ann.get(f"{path}/part/1").json["code"] == "export_not_done"
    assert services.sites.exports.jobs.run() == 1
    done = ann.get(path).json["export"]
    assert (done["status"], done["percent"], done["parts"]) == ("done", 100, 1)
    part = ann.get(f"{path}/part/1")
    assert part.headers["Content-Type"] == "application/octet-stream"
    assert part.get_data() == ann.get(f"/api/export/sessions.csv?{PERIOD}").get_data()
    assert root.get(f"{path}/part/1").get_data() == part.get_data()
    assert bob.get(path).json["code"] == "not_your_export"
    assert bob.get(f"{path}/part/1").status_code == 403
    assert ann.get(f"{path}/part/2").json["code"] == "no_such_part"
    assert ann.get(f"{path}/part/0").status_code == 422
    assert ann.get("/api/export/none").json["code"] == "export_not_found"


NOT_MADE: list[tuple[dict[str, object], int, str]] = [
    ({"what": "people"}, 422, "invalid"),
    ({"format": "pdf"}, 422, "invalid"),
    ({"from": "2026-03-05T00:00:00Z", "until": None}, 422, "invalid_period"),
    ({"until": "2026-02-01T00:00:00Z"}, 422, "invalid_period"),
    ({"from": "1900-01-01T00:00:00Z"}, 422, "period_too_long"),
    ({"location": "none"}, 404, "location_not_found"),
    ({"location": ""}, 422, "invalid"),
    ({"session": "lot:A:1"}, 422, "invalid_session_id"),
    ({"colour": "red"}, 422, "invalid"),
]


def test_what_cannot_be_made_in_the_background_is_refused(root: Someone, past: str) -> None:
    for changes, status, code in NOT_MADE:
        body: dict[str, object] = {
            "what": "sessions",
            "format": "csv",
            "from": "2026-03-01T00:00:00Z",
            "until": "2026-04-01T00:00:00Z",
        }
        refused = root.post("/api/export", body | changes)
        assert (refused.status_code, refused.json["code"]) == (status, code), refused.json


def test_only_so_many_are_made_at_a_time(ann: Someone, past: str) -> None:
    body = {"what": "sessions", "format": "json", "from": "2020-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    answers = [ann.post("/api/export", body) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert answers[-1].json["code"] == "too_many_exports"

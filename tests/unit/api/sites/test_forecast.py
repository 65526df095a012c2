"""The predicted wait over HTTP: one's own, that of who would join, and for admins anybody's."""

import pytest

from tests.fakes.people import People, Someone

FORECAST = {
    "location_id", "foreseen_at", "stands", "range", "today", "full", "place", "ahead", "chargers", "soon", "reasons",
    "because",
}  # fmt: skip
RANGE = {"low_min", "median_min", "high_min", "low_at", "median_at", "high_at"}


@pytest.fixture
def taken(people: People, lot: str) -> str:
    """The location, with charger B gone and charger A held for dora."""
    people.admin("boss").delete(f"{lot}/charger/B")
    dora = people.user("dora")
    dora.post(f"{lot}/queue")
    assert dora.post(f"{lot}/queue/offer", {"action": "accept"}).status_code == 200
    return lot


def test_who_waits_is_told_how_long_and_why(ann: Someone, bob: Someone, taken: str) -> None:
    bob.post(f"{taken}/queue")
    ann.post(f"{taken}/queue")
    answer = ann.get(f"{taken}/queue/forecast")
    assert answer.status_code == 200
    found = answer.json["forecast"]
    assert set(found) == FORECAST
    assert (found["location_id"], found["stands"], found["foreseen_at"]) == (
        "Lot",
        "waiting",
        "2026-03-02T08:00:00.000Z",
    )
    assert (found["place"], found["ahead"], found["chargers"], found["full"]) == (2, 1, 1, None)
    assert set(found["range"]) == RANGE
    assert 0 < found["range"]["low_min"] < found["range"]["median_min"] < found["range"]["high_min"]
    assert found["range"]["low_at"] < found["range"]["median_at"] < found["range"]["high_at"]
    assert 0 < found["today"] <= 1
    assert [one["charger_id"] for one in found["soon"]] == ["A"]
    assert found["reasons"].startswith("You joined at 08:00; ")
    assert found["because"].startswith("One is before you at one charger; expected free: A about ")


def test_whoever_stands_further_behind_waits_longer(ann: Someone, bob: Someone, taken: str) -> None:
    bob.post(f"{taken}/queue")
    ann.post(f"{taken}/queue")
    first, second = (one.get(f"{taken}/queue/forecast").json["forecast"]["range"] for one in (bob, ann))
    assert all(first[name] < second[name] for name in ("low_min", "median_min", "high_min"))


def test_who_is_not_here_is_told_as_if_they_joined(ann: Someone, bob: Someone, taken: str, root: Someone) -> None:
    bob.post(f"{taken}/queue")
    found = ann.get(f"{taken}/queue/forecast").json["forecast"]
    assert (found["stands"], found["place"], found["ahead"], found["reasons"]) == ("not_here", 2, 1, None)
    assert found["range"]["low_min"] > 0
    ann.post(f"{taken}/queue")
    assert ann.get(f"{taken}/queue/forecast").json["forecast"]["range"] == found["range"]
    root.post("/api/location/empty")
    root.post("/api/location/empty/charger/A")
    free = ann.get("/api/location/empty/queue/forecast").json["forecast"]
    assert (free["range"]["high_min"], free["because"]) == (
        0, "Nobody is before you at one charger; expected free: A now.",
    )  # fmt: skip


def test_who_has_a_charger_is_told_when_the_car_is_full(ann: Someone, lot: str, unit: Someone) -> None:
    ann.post(f"{lot}/queue")
    offered = ann.get(f"{lot}/queue/forecast").json["forecast"]
    assert (offered["stands"], offered["range"], offered["full"], offered["soon"]) == ("offered", None, None, [])
    ann.post(f"{lot}/queue/offer", {"action": "accept"})
    assert ann.get(f"{lot}/queue/forecast").json["forecast"]["stands"] == "held"
    assert unit.put(f"{lot}/charger/A", {"state": "charging"}).status_code == 200
    charging = ann.get(f"{lot}/queue/forecast").json["forecast"]
    assert (charging["stands"], charging["range"]) == ("charging", None)
    assert 0 < charging["full"]["low_min"] < charging["full"]["high_min"]
    unit.put(f"{lot}/charger/A", {"state": "full"})
    full = ann.get(f"{lot}/queue/forecast").json["forecast"]
    assert (full["stands"], full["full"], full["because"]) == ("full", None, None)


def test_a_location_without_a_charger_that_works_promises_nothing(ann: Someone, root: Someone) -> None:
    root.post("/api/location/bare")
    ann.post("/api/location/bare/queue")
    found = ann.get("/api/location/bare/queue/forecast").json["forecast"]
    assert (found["range"], found["today"], found["chargers"]) == (None, 0, 0)
    assert found["because"].startswith("No charger that you may use works just now")


def test_within_a_minute_the_answer_is_the_same(ann: Someone, taken: str) -> None:
    ann.post(f"{taken}/queue")
    etag = ann.get(f"{taken}/queue/forecast").headers["ETag"]
    again = ann.get(f"{taken}/queue/forecast", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_only_admins_ask_for_another(ann: Someone, bob: Someone, root: Someone, taken: str) -> None:
    bob.post(f"{taken}/queue")
    refused = ann.get(f"{taken}/queue/forecast?username=bob")
    assert (refused.status_code, refused.json["code"]) == (403, "admins_only")
    seen = root.get(f"{taken}/queue/forecast?username=bob").json["forecast"]
    assert (seen["stands"], seen["reasons"][:12]) == ("waiting", "They joined ")
    assert "before them" in seen["because"]
    unknown = root.get(f"{taken}/queue/forecast?username=nobody")
    assert (unknown.status_code, unknown.json["code"]) == (404, "no_such_user")


def test_it_is_for_people_only(nobody: Someone, unit: Someone, lot: str) -> None:
    assert nobody.get(f"{lot}/queue/forecast").status_code == 401
    assert unit.get(f"{lot}/queue/forecast").status_code == 403


def test_a_location_that_is_not_there_or_gone_is_404(ann: Someone, root: Someone, lot: str) -> None:
    assert ann.get("/api/location/nowhere/queue/forecast").json["code"] == "location_not_found"
    root.delete(lot)
    for who, status in ((ann, 404), (root, 200)):
        assert who.get(f"{lot}/queue/forecast").status_code == status
    assert ann.get(f"{lot}/queue/forecast?when=now").status_code == 422

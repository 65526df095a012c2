"""Locations over HTTP: made, read as each role may, replaced, changed, closed."""

from typing import Any

import pytest

from tests.fakes.people import People, Someone

SHAPE = {
    "location_id", "name", "address", "latitude", "longitude", "time_zone", "description", "currency", "chargers",
    "queue", "waiting", "reset_queue_daily", "station_state", "free", "distance_m", "settings", "notes", "retired",
}  # fmt: skip


def test_a_location_is_made_once(root: Someone) -> None:
    made = root.post("/api/location/Lot-1", {"name": "Car park", "time_zone": "Europe/Helsinki"})
    assert made.status_code == 201
    assert set(made.json["location"]) == SHAPE
    assert made.json["location"]["location_id"] == "Lot-1"
    assert made.json["location"]["time_zone"] == "Europe/Helsinki"
    again = root.post("/api/location/lot-1", {"name": "Another"})
    assert (again.status_code, again.json["code"]) == (409, "location_exists")
    assert root.get("/api/location/LOT-1").json["location"]["name"] == "Car park"


def test_a_location_can_be_made_without_a_body(root: Someone) -> None:
    assert root.send("POST", "/api/location/bare").status_code == 201


def test_put_makes_and_then_replaces_what_can_be_written(root: Someone) -> None:
    first = {"name": "A", "description": "long", "latitude": 60.1, "longitude": 24.9, "settings": {"grace_s": 5}}
    assert root.put("/api/location/p", first).status_code == 201
    changed = root.put("/api/location/p", {"name": "B"})
    assert changed.status_code == 200
    location = changed.json["location"]
    assert (location["name"], location["description"], location["latitude"], location["longitude"]) == (
        "B", "", None, None,
    )  # fmt: skip
    assert location["settings"]["grace_s"] == 900


def test_patch_changes_only_what_is_given(root: Someone) -> None:
    root.put("/api/location/p", {"name": "A", "latitude": 1, "longitude": 2, "settings": {"grace_s": 5}})
    changed = root.patch("/api/location/p", {"description": "new", "settings": {"response_s": 7}}).json["location"]
    assert (changed["name"], changed["description"], changed["latitude"]) == ("A", "new", 1.0)
    assert (changed["settings"]["grace_s"], changed["settings"]["response_s"]) == (5, 7)
    moved = root.patch("/api/location/p", {"latitude": None, "longitude": None}).json["location"]
    assert (moved["latitude"], moved["longitude"]) == (None, None)


def test_resetting_daily_is_one_switch_with_two_names(root: Someone) -> None:
    root.put("/api/location/p", {"reset_queue_daily": False})
    location = root.get("/api/location/p").json["location"]
    assert location["reset_queue_daily"] is location["settings"]["reset_queue_daily"] is False
    changed = root.patch("/api/location/p", {"settings": {"reset_queue_daily": True}}).json["location"]
    assert changed["reset_queue_daily"] is True
    both = {"reset_queue_daily": True, "settings": {"reset_queue_daily": False}}
    assert root.patch("/api/location/p", both).status_code == 422


def test_patch_of_nothing_there_is_404(root: Someone) -> None:
    assert root.patch("/api/location/nowhere", {"name": "x"}).status_code == 404


def test_notes_are_for_admins_only(root: Someone, ann: Someone, nobody: Someone, lot: str) -> None:
    assert root.get(lot).json["location"]["notes"] == "key under the mat"
    for reader in (ann, nobody):
        assert reader.get(lot).json["location"]["notes"] is None


def test_who_waits_is_not_told_to_those_who_are_not_logged_in(root: Someone, ann: Someone, nobody: Someone) -> None:
    root.post("/api/location/full")
    assert ann.post("/api/location/full/queue").status_code == 201
    seen = nobody.get("/api/location/full").json["location"]
    assert (seen["queue"], seen["waiting"]) == ([], 1)
    assert [each["username"] for each in ann.get("/api/location/full").json["location"]["queue"]] == ["ann"]


def test_chargers_out_of_service_are_shown_to_admins_only(root: Someone, ann: Someone, lot: str) -> None:
    root.patch(f"{lot}/charger/A", {"out_of_service": True})
    seen = {each["charger_id"]: each for each in root.get(lot).json["location"]["chargers"]}
    assert seen["A"]["station_state"] == "dismissed"
    location = ann.get(lot).json["location"]
    assert [each["charger_id"] for each in location["chargers"]] == ["B"]
    assert location["free"] == 1


def test_a_closed_location_is_shown_to_admins_only(root: Someone, ann: Someone, lot: str) -> None:
    assert root.delete(lot).status_code == 200
    assert ann.get(lot).status_code == 404
    assert root.get(lot).json["location"]["retired"] is True
    assert [each["location_id"] for each in ann.get("/api/location").json["locations"]] == []
    assert [each["location_id"] for each in root.get("/api/location").json["locations"]] == ["Lot"]


def test_a_location_in_use_is_not_closed(root: Someone, ann: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    refused = root.delete(lot)
    assert (refused.status_code, refused.json["code"]) == (409, "location_in_use")
    assert root.get(lot).json["location"]["retired"] is False


def test_the_list_comes_page_by_page(root: Someone, nobody: Someone) -> None:
    names = [f"l{number}" for number in range(5)]
    for name in reversed(names):
        root.post(f"/api/location/{name}")
    found: list[str] = []
    token = ""
    page: dict[str, Any] = {}
    for _ in range(3):
        page = nobody.get(f"/api/location?page_size=2{token}").json
        found += [each["location_id"] for each in page["locations"]]
        token = f"&page_token={page['next_page_token']}"
    assert found == names
    assert page["next_page_token"] is None


@pytest.mark.parametrize("token", ["x", "%00", "bHQ=", "!!!!", "a" * 400, "_" * 7])
def test_a_forged_page_token_is_refused(nobody: Someone, token: str) -> None:
    assert nobody.get(f"/api/location?page_token={token}").status_code == 422


def test_a_poll_of_an_unchanged_location_gets_304(root: Someone, ann: Someone, lot: str) -> None:
    tag = ann.get(lot).headers["ETag"]
    assert ann.get(lot, headers={"If-None-Match": tag}).status_code == 304
    root.patch(lot, {"name": "New"})
    assert ann.get(lot, headers={"If-None-Match": tag}).status_code == 200


def test_the_etag_covers_role_and_user(root: Someone, ann: Someone, bob: Someone, nobody: Someone, lot: str) -> None:
    tags = {each.get(lot).headers["ETag"] for each in (root, ann, bob, nobody)}
    assert len(tags) == 4


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_to_a_version_that_is_gone_is_412(root: Someone, lot: str, method: str) -> None:
    stale = root.get(lot).headers["ETag"]
    root.patch(lot, {"name": "New"})
    body = None if method == "DELETE" else {"name": "Mine"}
    refused = root.send(method, lot, json=body, headers={"If-Match": stale})
    assert (refused.status_code, refused.json["code"]) == (412, "stale")
    assert root.get(lot).json["location"]["name"] == "New"
    fresh = root.get(lot).headers["ETag"]
    assert root.send(method, lot, json=body, headers={"If-Match": fresh}).status_code == 200


def test_the_same_key_makes_a_location_once(root: Someone) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = root.post("/api/location/once", {"name": "A"}, headers=headers)
    again = root.post("/api/location/once", {"name": "A"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    other = root.post("/api/location/once", {"name": "B"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_the_audit_log_is_read_newest_first_and_page_by_page(root: Someone, ann: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    first = root.get(f"{lot}/decisions?page_size=2").json
    assert [each["version"] for each in first["decisions"]] == [4, 3]
    newest = first["decisions"][0]
    assert newest["actor"]["kind"] == "user"
    assert newest["inputs"][0]["kind"] == "Join"
    assert "ann" in newest["summary"]
    assert newest["request_id"]
    rest = root.get(f"{lot}/decisions?page_size=2&page_token={first['next_page_token']}").json
    assert [each["version"] for each in rest["decisions"]] == [2, 1]
    assert rest["next_page_token"] is None
    assert root.get(f"{lot}/decisions?page_token=forged").status_code == 422
    assert ann.get(f"{lot}/decisions").status_code == 403


def test_units_do_not_keep_locations(unit: Someone, people: People) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert unit.send(method, "/api/location/x", json={}).status_code == 403

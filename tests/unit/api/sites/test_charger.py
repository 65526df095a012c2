"""Chargers over HTTP: kept by admins, reported by units, started and stopped by drivers."""

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.people import People, Someone

SHAPE = {
    "location_id", "charger_id", "state", "active_session", "plugged", "blocked", "enforcement",
    "has_charge_point", "connector_type", "max_power_w", "price", "tariffs", "idle_price", "groups",
    "station_state", "last_seen_at",
}  # fmt: skip


def state(reader: Someone, lot: str, charger: str = "A") -> str:
    return str(reader.get(f"{lot}/charger/{charger}").json["charger"]["state"])


def test_a_charger_is_added_once(root: Someone, lot: str) -> None:
    made = root.post(f"{lot}/charger/C-3", {"connector_type": "type2", "max_power_w": 22_000, "price": 250_000})
    assert made.status_code == 201
    assert set(made.json["charger"]) == SHAPE
    assert made.json["charger"]["charger_id"] == "C-3"
    assert made.json["charger"]["price"] == 250_000
    again = root.post(f"{lot}/charger/c-3", {})
    assert (again.status_code, again.json["code"]) == (409, "charger_exists")


def test_a_charger_needs_its_location(root: Someone) -> None:
    assert root.post("/api/location/nowhere/charger/A", {}).status_code == 404


def test_a_patch_changes_only_what_is_given(root: Someone, lot: str) -> None:
    root.patch(f"{lot}/charger/A", {"connector_type": "type2", "price": 5})
    changed = root.patch(f"{lot}/charger/a", {"max_power_w": 7_400}).json["charger"]
    assert (changed["connector_type"], changed["max_power_w"], changed["price"]) == ("type2", 7_400, 5)
    assert root.patch(f"{lot}/charger/A", {"price": None}).json["charger"]["price"] is None
    assert root.patch(f"{lot}/charger/Z", {"price": 1}).status_code == 404


def test_a_charger_is_read_by_everybody_unless_it_is_out_of_service(
    root: Someone, ann: Someone, nobody: Someone, unit: Someone, lot: str
) -> None:
    assert [state(reader, lot) for reader in (root, ann, nobody, unit)] == ["available"] * 4
    assert len(nobody.get(f"{lot}/charger").json["chargers"]) == 2
    root.patch(f"{lot}/charger/A", {"out_of_service": True})
    assert root.get(f"{lot}/charger/A").json["charger"]["station_state"] == "dismissed"
    for reader in (ann, nobody):
        assert reader.get(f"{lot}/charger/A").status_code == 404
        assert len(reader.get(f"{lot}/charger").json["chargers"]) == 1


def test_a_retired_charger_is_gone_and_its_id_may_come_again(root: Someone, lot: str) -> None:
    assert root.delete(f"{lot}/charger/A").status_code == 200
    assert root.get(f"{lot}/charger/A").status_code == 404
    assert root.delete(f"{lot}/charger/A").status_code == 404
    assert root.post(f"{lot}/charger/A", {}).status_code == 201


def test_a_charger_in_use_is_not_retired(root: Someone, ann: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    charger = ann.get(f"{lot}/queue/offer").json["offer"]["charger_id"]
    assert root.delete(f"{lot}/charger/{charger}").status_code == 409


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_a_change_to_a_version_that_is_gone_is_412(root: Someone, lot: str, method: str) -> None:
    path = f"{lot}/charger/A"
    stale = root.get(path).headers["ETag"]
    root.patch(path, {"price": 1})
    body = {"PATCH": {"price": 2}, "DELETE": None, "PUT": {"state": "unavailable"}}[method]
    assert root.send(method, path, json=body, headers={"If-Match": stale}).status_code == 412
    fresh = root.get(path).headers["ETag"]
    assert root.send(method, path, json=body, headers={"If-Match": fresh}).status_code == 200


def test_a_units_report_is_a_fact_and_a_repeat_changes_nothing(unit: Someone, root: Someone, lot: str) -> None:
    first = unit.put(f"{lot}/charger/A", {"state": "charging"})
    assert (first.status_code, first.json["charger"]["state"]) == (200, "charging")
    before = root.get(f"{lot}/decisions").json
    again = unit.put(f"{lot}/charger/A", {"state": "charging"})
    assert (again.status_code, again.json) == (200, first.json)
    assert root.get(f"{lot}/decisions").json == before
    assert unit.put(f"{lot}/charger/A", {"state": "full"}).json["charger"]["state"] == "full"
    assert unit.put(f"{lot}/charger/A", {"state": "available"}).json["charger"]["state"] == "available"


def test_a_unit_reports_for_its_own_charger_only(unit: Someone, lot: str) -> None:
    assert unit.put(f"{lot}/charger/B", {"state": "charging"}).status_code == 403
    assert unit.put("/api/location/LOT/charger/a", {"state": "charging"}).status_code == 200


def test_what_an_admin_asks_is_checked_against_the_table_of_states(root: Someone, lot: str) -> None:
    refused = root.put(f"{lot}/charger/A", {"state": "full"})
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert state(root, lot) == "available"
    assert root.put(f"{lot}/charger/A", {"state": "unavailable"}).status_code == 200
    assert state(root, lot) == "unavailable"
    assert root.put(f"{lot}/charger/A", {"state": "available"}).status_code == 200
    assert state(root, lot) == "available"


@pytest.mark.parametrize("value", ["pre_session", "unknown", "offline", "CHARGING", "", None, 1, ["full"]])
def test_a_state_nobody_may_ask_for_is_422(unit: Someone, root: Someone, lot: str, value: object) -> None:
    assert unit.put(f"{lot}/charger/A", {"state": value}).status_code == 422
    assert root.put(f"{lot}/charger/A", {"state": value}).status_code == 422


def test_people_report_no_states(ann: Someone, nobody: Someone, lot: str) -> None:
    assert ann.put(f"{lot}/charger/A", {"state": "charging"}).status_code == 403
    assert nobody.put(f"{lot}/charger/A", {"state": "charging"}).status_code == 401


def test_a_plug_in_a_hold_counts_as_the_holders_until_they_say_not_me(
    root: Someone, ann: Someone, bob: Someone, people: People, unit: Someone, lot: str
) -> None:
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    ann.post(f"{lot}/queue")
    assert ann.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "A"
    unit.put(f"{lot}/charger/A", {"state": "charging"})
    assert ann.get("/api/user").json["user"]["state"] == "connected_charging"
    assert bob.post(f"{lot}/charger/A/not_me").status_code == 403
    assert bob.post(f"{lot}/charger/A/not_me?username=ann").status_code == 403
    said = ann.post(f"{lot}/charger/A/not_me")
    assert (said.status_code, said.json["status"]) == (200, "ok")
    assert ann.get(f"{lot}/charger/A/session").json["session"]["user"] is None
    (place,) = ann.get(f"{lot}/queue").json["queue"]
    assert place["place"] == 1
    assert "go first" in place["reasons"]


def test_a_charger_without_a_charge_point_cannot_be_started_from_afar(ann: Someone, root: Someone, lot: str) -> None:
    refused = ann.post(f"{lot}/charger/A/start_charging")
    assert (refused.status_code, refused.json["code"]) == (409, "no_remote_start")
    assert ann.post(f"{lot}/charger/A/stop_charging").status_code == 409
    assert ann.post(f"{lot}/charger/Z/start_charging").status_code == 404


def test_when_a_charger_was_heard_is_shown(unit: Someone, nobody: Someone, services, lot: str) -> None:
    assert nobody.get(f"{lot}/charger/A").json["charger"]["last_seen_at"] is None
    clock: FakeClock = services.clock
    clock.advance(minutes=5)
    unit.put(f"{lot}/charger/A", {"state": "charging"})
    assert nobody.get(f"{lot}/charger/A").json["charger"]["last_seen_at"] == "2026-03-02T08:05:00.000Z"

"""The paths and names that apps of the original service know, in one visit from the login to the end."""

import pytest

from tests.fakes.people import Someone

USER = {"username", "type", "state"}
CHARGER = {"location_id", "charger_id", "state", "active_session"}
SESSION = {"location_id", "charger_id", "session_id", "start_time", "end_time", "user"}
LOCATION = {"location_id", "chargers", "queue", "reset_queue_daily"}


@pytest.fixture
def one_charger(root: Someone, lot: str) -> str:
    """The path of a location where two have to share one charger."""
    assert root.delete(f"{lot}/charger/B").status_code == 200
    return lot


def test_a_visit_by_the_original_paths_and_names(
    ann: Someone, bob: Someone, root: Someone, unit: Someone, one_charger: str
) -> None:
    lot, charger, queue = one_charger, f"{one_charger}/charger/A", f"{one_charger}/queue"
    assert ann.get("/api/auth/validateToken").status_code == 200
    assert ann.post(queue).status_code == 201
    assert bob.post(queue).status_code == 201
    location = root.get(lot).json["location"]
    assert location.keys() >= LOCATION
    assert location["reset_queue_daily"] is True
    (waiting,) = location["queue"]
    assert {name: waiting[name] for name in USER} == {"username": "bob", "type": "user", "state": "in_queue"}
    (shown,) = location["chargers"]
    assert {name: shown[name] for name in CHARGER} == {
        "location_id": "Lot", "charger_id": "A", "state": "pre_session", "active_session": 1,
    }  # fmt: skip
    assert ann.get("/api/user").json["user"]["state"] == "assigned"
    assert unit.put(charger, {"state": "charging"}).status_code == 200
    session = ann.get(f"{charger}/session").json["session"]
    assert session.keys() >= SESSION
    assert (session["session_id"], session["end_time"]) == (1, None)
    assert {name: session["user"][name] for name in USER} == {
        "username": "ann", "type": "user", "state": "connected_charging",
    }  # fmt: skip
    assert unit.put(charger, {"state": "full"}).status_code == 200
    assert ann.get("/api/user").json["user"]["state"] == "connected_full"
    assert unit.put(charger, {"state": "available"}).status_code == 200
    ended = ann.get(f"{charger}/session/1").json["session"]
    assert ended["end_time"] is not None
    assert root.get(charger).json["charger"]["active_session"] == 2, "the next is asked"
    assert bob.delete(f"{charger}/session").status_code == 200
    assert root.get(charger).json["charger"] == root.get(charger).json["charger"] | {
        "state": "available", "active_session": None,
    }  # fmt: skip


def test_what_no_longer_fits_is_a_conflict_and_changes_nothing(ann: Someone, bob: Someone, one_charger: str) -> None:
    ann.post(f"{one_charger}/queue")
    again = ann.post(f"{one_charger}/queue")
    assert (again.status_code, again.mimetype) == (409, "application/problem+json")
    missing = bob.delete(f"{one_charger}/queue")
    assert (missing.status_code, missing.json["code"]) == (409, "illegal_transition")
    assert ann.delete(f"{one_charger}/charger/A").status_code == 403
    assert ann.send("PATCH", f"{one_charger}/queue").status_code == 405

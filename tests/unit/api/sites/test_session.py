"""Sessions over HTTP: read by their owner, masked to others, joined at the charger, ended by who may."""

from typing import Any

import pytest

from tests.fakes.people import People, Someone

SHAPE = {
    "location_id", "charger_id", "session_id", "start_time", "end_time", "user", "plugged_time", "full_time",
    "energy_wh", "power_w", "cost", "currency", "price", "slices", "idle_s", "idle_price", "end_reason",
    "session_type", "transaction_id", "transaction_start_time", "transaction_end_time", "tag",
}  # fmt: skip


@pytest.fixture
def charging(ann: Someone, root: Someone, unit: Someone, lot: str) -> str:
    """Ann charges at charger A; the path of that charger."""
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    ann.post(f"{lot}/queue")
    ann.post(f"{lot}/queue/offer", {"action": "accept"})
    unit.put(f"{lot}/charger/A", {"state": "charging"})
    return f"{lot}/charger/A"


def test_without_an_open_session_there_is_none_to_read(ann: Someone, lot: str) -> None:
    missing = ann.get(f"{lot}/charger/A/session")
    assert (missing.status_code, missing.json["code"]) == (404, "no_open_session")


def test_an_owner_reads_the_open_session(ann: Someone, charging: str) -> None:
    session = ann.get(f"{charging}/session").json["session"]
    assert set(session) == SHAPE
    assert session["user"] == {"username": "ann", "type": "user", "state": "connected_charging"}
    assert (session["session_id"], session["end_time"], session["end_reason"]) == (1, None, None)
    assert session["plugged_time"] == "2026-03-02T08:00:00.000Z"


@pytest.mark.parametrize(("privacy", "shown"), [("names", "ann"), ("initials", "A."), ("places", "driver")])
def test_others_see_the_driver_as_privacy_allows(
    ann: Someone, bob: Someone, root: Someone, lot: str, charging: str, privacy: str, shown: str
) -> None:
    root.patch(lot, {"settings": {"privacy": privacy}})
    names = {
        reader.username: reader.get(f"{charging}/session").json["session"]["user"]["username"]
        for reader in (ann, root, bob)
    }
    assert names == {"ann": "ann", "root": "ann", "bob": shown}


def test_a_session_has_two_names(ann: Someone, charging: str) -> None:
    first = ann.get(f"{charging}/session/1").json
    assert ann.get(f"{charging}/session/LOT:a:1").json == first == ann.get(f"{charging}/session").json


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("2", 404), ("0", 404), ("lot:B:1", 404), ("other:A:1", 404), ("x", 422), ("-1", 422), ("1.0", 422),
        ("lot:A:x", 422), ("9" * 40, 422), ("%20", 422), ("%D9%A1", 422),
    ],
)  # fmt: skip
def test_a_name_of_no_session_is_refused(ann: Someone, charging: str, name: str, status: int) -> None:
    assert ann.get(f"{charging}/session/{name}").status_code == status


def test_a_past_session_is_its_owners_and_admins(
    ann: Someone, bob: Someone, root: Someone, unit: Someone, charging: str
) -> None:
    assert bob.get(f"{charging}/session/1").status_code == 200
    unit.put(charging, {"state": "available"})
    ended = ann.get(f"{charging}/session/1").json["session"]
    assert (ended["end_reason"], ended["user"]["state"]) == ("unplugged", "inactive")
    assert ended["end_time"] is not None
    assert root.get(f"{charging}/session/1").status_code == 200
    refused = bob.get(f"{charging}/session/1")
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_session")


def test_history_is_ones_own_and_everybodys_to_admins(
    ann: Someone, bob: Someone, root: Someone, unit: Someone, charging: str
) -> None:
    unit.put(charging, {"state": "available"})
    unit.put(charging, {"state": "charging"})
    assert [each["session_id"] for each in ann.get(f"{charging}/sessions").json["sessions"]] == [1]
    assert bob.get(f"{charging}/sessions").json == {"sessions": [], "next_page_token": None}
    assert [each["session_id"] for each in root.get(f"{charging}/sessions").json["sessions"]] == [2, 1]
    anns = root.get(f"{charging}/sessions?username=ANN").json["sessions"]
    assert [each["user"]["username"] for each in anns] == ["ann"]
    assert bob.get(f"{charging}/sessions?username=ann").status_code == 403


def test_offers_that_led_to_nothing_are_shown_when_asked_for(ann: Someone, root: Someone, lot: str) -> None:
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    ann.post(f"{lot}/queue")
    ann.post(f"{lot}/queue/offer", {"action": "decline"})
    assert ann.get(f"{lot}/charger/A/sessions").json["sessions"] == []
    (offer,) = ann.get(f"{lot}/charger/A/sessions?unplugged=true").json["sessions"]
    assert (offer["end_reason"], offer["plugged_time"]) == ("declined", None)


def test_history_comes_page_by_page(root: Someone, unit: Someone, services, lot: str) -> None:
    for _ in range(5):
        unit.put(f"{lot}/charger/A", {"state": "charging"})
        services.clock.advance(minutes=1)
        unit.put(f"{lot}/charger/A", {"state": "available"})
        services.clock.advance(minutes=1)
    found: list[int] = []
    more = ""
    page: dict[str, Any] = {}
    for _ in range(3):
        page = root.get(f"{lot}/charger/A/sessions?page_size=2{more}").json
        found += [each["session_id"] for each in page["sessions"]]
        more = f"&page_token={page['next_page_token']}"
    assert found == [5, 4, 3, 2, 1]
    assert page["next_page_token"] is None


@pytest.mark.parametrize(
    "query",
    [
        "page_token=x", "page_token=WyJhIiwxXQ", "page_token=WyIuLiIsIjIwMjYtMDEtMDFUMDA6MDA6MDAiXQ",
        "page_token=WyJhL2IiLCIyMDI2LTAxLTAxVDAwOjAwOjAwWiJd", "page_token=W10", "page_size=0", "page_size=201",
        "page_size=x", "page_size=1&page_size=2", "unplugged=maybe", "colour=red",
        "page_token=WyJhIiwxMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_is_422(ann: Someone, charging: str, query: str) -> None:
    assert ann.get(f"{charging}/sessions?{query}").status_code == 422


def test_history_of_an_unknown_charger_is_404(ann: Someone, lot: str) -> None:
    assert ann.get(f"{lot}/charger/Z/sessions").status_code == 404
    assert ann.get("/api/location/nowhere/charger/Z/sessions").status_code == 404


def test_a_card_at_the_unit_joins_its_owner(ann: Someone, bob: Someone, root: Someone, unit: Someone, lot: str) -> None:
    root.patch(f"{lot}/charger/B", {"out_of_service": True})
    bob.post(f"{lot}/queue")
    ann.post("/api/user/tag", {"tag": "04AB"})
    joined = unit.post(f"{lot}/charger/A/session", {"tag": "04ab"})
    assert joined.status_code == 201
    assert (joined.json["offer"], joined.json["waiting"]) == (None, 1)
    assert joined.json["queue"] == []
    assert ann.get("/api/user").json["user"]["state"] == "in_queue"
    assert unit.post(f"{lot}/charger/A/session", {"tag": "04AB"}).status_code == 409


def test_a_unit_lets_nobody_join_without_a_known_card(
    ann: Someone, unit: Someone, other_unit: Someone, lot: str
) -> None:
    path = f"{lot}/charger/A/session"
    assert unit.post(path, {"tag": "unknown"}).status_code == 404
    assert unit.post(path, {"username": "ann"}).status_code == 422
    assert unit.post(path, {}).status_code == 422
    assert other_unit.post(path, {"tag": "unknown"}).status_code == 403
    assert ann.post(path, {}).status_code == 403
    assert ann.get("/api/user").json["user"]["state"] == "inactive"


def test_an_admin_joins_for_a_user(ann: Someone, root: Someone, lot: str) -> None:
    joined = root.post(f"{lot}/charger/A/session", {"username": "Ann"})
    assert joined.status_code == 201
    assert joined.json["offer"]["state"] == "offered"
    assert ann.get("/api/user").json["user"]["state"] == "assigned"
    assert root.post(f"{lot}/charger/A/session").json["offer"]["charger_id"] == "B"
    assert root.get("/api/user").json["user"]["state"] == "assigned"
    assert root.post(f"{lot}/charger/Z/session", {}).status_code == 404
    assert root.post(f"{lot}/charger/A/session", {"username": "who"}).status_code == 404


def test_who_may_end_a_session(
    ann: Someone, bob: Someone, root: Someone, unit: Someone, other_unit: Someone, nobody: Someone, charging: str
) -> None:
    path = f"{charging}/session"
    assert nobody.delete(path).status_code == 401
    assert other_unit.delete(path).status_code == 403
    refused = bob.delete(path)
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_session")
    assert ann.delete(f"{path}?session_id=7").status_code == 409
    ended = ann.delete(f"{path}?session_id=1")
    assert (ended.status_code, ended.json["session"]["end_reason"]) == (200, "stopped")
    assert ann.delete(path).status_code == 409
    unit.put(charging, {"state": "available"})
    for ender, number in ((unit, 2), (root, 3)):
        unit.put(charging, {"state": "charging"})
        assert ender.delete(path).json["session"]["session_id"] == number
        unit.put(charging, {"state": "available"})


def test_ending_under_a_version_that_is_gone_is_412(ann: Someone, unit: Someone, charging: str) -> None:
    stale = ann.get(f"{charging}/session").headers["ETag"]
    unit.put(charging, {"state": "full"})
    path = f"{charging}/session"
    assert ann.delete(path, headers={"If-Match": stale}).status_code == 412
    fresh = ann.get(path).headers["ETag"]
    assert ann.delete(path, headers={"If-Match": fresh}).status_code == 200


def test_ending_twice_with_the_same_key_ends_once(ann: Someone, charging: str) -> None:
    headers = {"Idempotency-Key": "end-1"}
    first = ann.delete(f"{charging}/session", headers=headers)
    again = ann.delete(f"{charging}/session", headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json


def test_sessions_are_kept_when_their_charger_is_taken_away(
    ann: Someone, root: Someone, unit: Someone, charging: str, people: People
) -> None:
    unit.put(charging, {"state": "available"})
    assert root.delete(charging).status_code == 200
    assert ann.get(f"{charging}/session/1").status_code == 200
    assert [each["session_id"] for each in ann.get(f"{charging}/sessions").json["sessions"]] == [1]

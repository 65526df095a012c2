"""Lists of sessions over HTTP: one's own, an admin's all, by every filter."""

import pytest

from model.account import Scope, ScopeKind
from tests.fakes.people import People, Someone


@pytest.fixture
def unit_b(people: People) -> Someone:
    return people.unit(Scope(kind=ScopeKind.CHARGER, id="Lot:B"), "unit-b")


@pytest.fixture
def past(ann: Someone, bob: Someone, unit: Someone, unit_b: Someone, lot: str, services) -> str:
    """Ann charged at A, bob at B; later ann let an offer go; the path of the location."""
    for person in (ann, bob):
        person.post(f"{lot}/queue")
        person.post(f"{lot}/queue/offer", {"action": "accept"})
    for level in ("charging", "available"):
        unit.put(f"{lot}/charger/A", {"state": level})
        unit_b.put(f"{lot}/charger/B", {"state": level})
        services.clock.advance(hours=1)
    ann.post(f"{lot}/queue")
    ann.post(f"{lot}/queue/offer", {"action": "decline"})
    return lot


def names(someone: Someone, path: str) -> list[tuple[str, int]]:
    answer = someone.get(path)
    assert answer.status_code == 200, answer.json
    return [(one["charger_id"], one["session_id"]) for one in answer.json["sessions"]]


def test_an_admin_sees_all_of_a_location_and_others_their_own(
    ann: Someone, bob: Someone, root: Someone, past: str
) -> None:
    assert sorted(names(root, f"{past}/sessions")) == [("A", 1), ("B", 1)]
    assert names(ann, f"{past}/sessions") == [("A", 1)] == names(ann, "/api/user/sessions")
    assert names(bob, f"{past}/sessions") == [("B", 1)] == names(bob, "/api/user/sessions?location=LOT&charger=b")
    assert (
        names(root, f"{past}/sessions?username=bob&charger=B")
        == [("B", 1)]
        == names(root, "/api/user/sessions?username=bob")
    )
    assert names(root, "/api/user/sessions") == []
    for path in (f"{past}/sessions", f"{past}/charger/A/sessions", "/api/user/sessions"):
        assert ann.get(f"{path}?username=bob").status_code == 403


def test_filters_narrow_a_list(ann: Someone, root: Someone, past: str) -> None:
    assert len(names(root, f"{past}/sessions?unplugged=true")) == 3
    assert len(names(root, f"{past}/sessions?end_reason=declined")) == 1
    assert len(names(root, f"{past}/sessions?end_reason=unplugged")) == 2
    assert names(root, f"{past}/sessions?unplugged=true&until=2026-03-02T08:30:00Z&charger=A") == [("A", 1)]
    assert len(names(ann, "/api/user/sessions?unplugged=true&from=2026-03-02T08:30:00Z")) == 1
    assert names(root, f"{past}/sessions?tag=04AB") == []


def test_pages_follow_each_other(root: Someone, past: str) -> None:
    found, tokens = [], [""]
    for token in tokens:
        answer = root.get(f"{past}/sessions?unplugged=true&page_size=1{token}").json
        found += [(one["charger_id"], one["session_id"]) for one in answer["sessions"]]
        if answer["next_page_token"] is not None:
            tokens.append(f"&page_token={answer['next_page_token']}")
    assert len(tokens) == 3
    assert found == names(root, f"{past}/sessions?unplugged=true")


REFUSED = [
    ("/api/location/none/sessions", 404, "location_not_found"),
    ("/api/location/lot/sessions?charger=Z", 404, "charger_not_found"),
    ("/api/location/lot/charger/Z/sessions", 404, "charger_not_found"),
    ("/api/user/sessions?charger=A", 422, "location_required"),
    ("/api/user/sessions?location=none", 404, "location_not_found"),
    ("/api/location/lot/sessions?end_reason=tired", 422, "invalid"),
    ("/api/location/lot/sessions?from=2026-03-02T08:00:00Z&until=2026-03-01T08:00:00Z", 422, "invalid_period"),
    ("/api/location/lot/sessions?page_token=WyJ1c2Vycy94IiwiMjAyNi0wMS0wMVQwMDowMDowMFoiXQ", 422, "invalid_page_token"),
    ("/api/user/sessions?page_token=WyJ1c2Vycy94IiwiMjAyNi0wMS0wMVQwMDowMDowMFoiXQ", 422, "invalid_page_token"),
    ("/api/location/lot/sessions?page_token=%00", 422, "invalid_page_token"),
    ("/api/location/lot/sessions?username=nobody", 404, "no_such_user"),
    ("/api/location/lot/sessions?tag=", 422, "invalid"),
]


def test_what_cannot_be_is_refused(root: Someone, past: str) -> None:
    for path, status, code in REFUSED:
        refused = root.get(path)
        assert (refused.status_code, refused.json["code"]) == (status, code), path


def test_a_session_shows_only_the_end_of_its_card_and_only_to_its_owner(
    ann: Someone, bob: Someone, root: Someone, bridge: Someone, lot: str
) -> None:
    at = "2026-03-02T08:00:00Z"
    root.put("/api/chargepoint/CP1", {"connectors": {"1": "Lot:ocpp"}, "password": "0123456789abcdef"})
    ann.post("/api/user/tag", {"tag": "04ABCDEF"})
    told = [
        {"kind": "connection", "connected": True, "bridge_id": "b1", "epoch": 1},
        {"kind": "status", "connector": 1, "status": "available"},
        {"kind": "transaction_started", "connector": 1, "transaction_id": "t1", "meter_start_wh": 0, "tag": "04abcdef"},
    ]
    events = [
        {"charge_point_id": "CP1", "seq": seq, "occurred_at": at, "received_at": at, **one}
        for seq, one in enumerate(told, 1)
    ]
    assert bridge.post("/api/events", {"stream": "s1", "events": events}).status_code == 200
    [found] = ann.get("/api/user/sessions?tag=04ABCDEF").json["sessions"]
    assert found["tag"] == "…ef"
    assert root.get(f"{lot}/sessions?tag=04abcdef").json["sessions"][0]["tag"] == "…ef"
    assert bob.get(f"{lot}/charger/ocpp/session").json["session"]["tag"] == ""
    assert bob.get("/api/user/sessions?tag=04ABCDEF").json["sessions"] == []


def test_sessions_are_kept_when_their_charger_and_their_location_are_taken_away(
    ann: Someone, root: Someone, past: str
) -> None:
    before = root.get(f"{past}/charger/A/session/1").json
    assert before["session"]["end_reason"] == "unplugged"
    for charger in "AB":
        assert root.delete(f"{past}/charger/{charger}").status_code == 200
    assert root.delete(past).status_code == 200
    assert root.get(f"{past}/charger/A/session/1").json == before
    assert sorted(names(root, f"{past}/sessions?unplugged=true")) == [("A", 1), ("A", 2), ("B", 1)]
    assert names(ann, "/api/user/sessions") == [("A", 1)]
    assert ann.get("/api/user/last_usage").json["session"]["session_id"] == 1

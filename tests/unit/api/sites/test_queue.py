"""Queues and offers over HTTP."""

import pytest

from tests.fakes.people import People, Someone

ITEM = {"username", "type", "state", "place", "score", "waiting_since", "keeps_place", "reasons"}
OFFER = {"location_id", "charger_id", "session_id", "state", "expires_at", "answer_by", "plug_by"}


@pytest.fixture
def busy(root: Someone) -> str:
    """The path of a location without a charger: everybody waits."""
    root.post("/api/location/busy", {"time_zone": "Europe/Helsinki"})
    return "/api/location/busy"


def test_joining_where_a_charger_is_free_brings_an_offer(ann: Someone, lot: str) -> None:
    joined = ann.post(f"{lot}/queue")
    assert joined.status_code == 201
    assert (joined.json["queue"], joined.json["waiting"]) == ([], 0)
    offer = joined.json["offer"]
    assert set(offer) == OFFER
    assert (offer["location_id"], offer["charger_id"], offer["state"]) == ("Lot", "A", "offered")
    assert offer["expires_at"] == offer["answer_by"] == "2026-03-02T08:10:00.000Z"
    assert ann.get(f"{lot}/queue/offer").json == {"offer": offer}


def test_joining_where_none_is_free_brings_a_place_and_the_reason_for_it(ann: Someone, busy: str) -> None:
    joined = ann.post(f"{busy}/queue", {})
    assert joined.json["offer"] is None
    (item,) = joined.json["queue"]
    assert set(item) == ITEM
    assert (item["username"], item["state"], item["place"]) == ("ann", "in_queue", 1)
    assert item["waiting_since"] == "2026-03-02T08:00:00.000Z"
    assert item["reasons"].startswith("You joined at 10:00; ")


@pytest.mark.parametrize(
    ("privacy", "name", "tells_since"), [("names", "ann", True), ("initials", "A.", True), ("places", "#1", False)]
)
def test_others_see_who_waits_as_privacy_allows(
    ann: Someone, bob: Someone, root: Someone, busy: str, privacy: str, name: str, tells_since: bool
) -> None:
    root.patch(busy, {"settings": {"privacy": privacy}})
    ann.post(f"{busy}/queue")
    (seen,) = bob.get(f"{busy}/queue").json["queue"]
    assert (seen["username"], seen["place"], seen["reasons"]) == (name, 1, None)
    assert (seen["waiting_since"] is not None, seen["score"] is not None) == (tells_since, tells_since)
    (own,) = ann.get(f"{busy}/queue").json["queue"]
    assert own["username"] == "ann"
    (admins,) = root.get(f"{busy}/queue").json["queue"]
    assert admins["username"] == "ann"
    assert admins["reasons"].startswith("They joined")


def test_the_queue_is_for_those_who_are_logged_in(nobody: Someone, unit: Someone, busy: str) -> None:
    assert nobody.get(f"{busy}/queue").status_code == 401
    assert unit.get(f"{busy}/queue").status_code == 403


def test_one_has_one_place_in_all(ann: Someone, lot: str, busy: str) -> None:
    ann.post(f"{busy}/queue")
    for path in (busy, lot):
        again = ann.post(f"{path}/queue")
        assert (again.status_code, again.json["code"]) == (409, "already_placed")


def test_leaving_takes_the_place_back(ann: Someone, bob: Someone, busy: str) -> None:
    ann.post(f"{busy}/queue")
    bob.post(f"{busy}/queue")
    left = ann.delete(f"{busy}/queue")
    assert left.status_code == 200
    assert (left.json["waiting"], len(left.json["queue"])) == (1, 1)
    again = ann.delete(f"{busy}/queue")
    assert (again.status_code, again.json["code"]) == (409, "illegal_transition")


def test_leaving_under_a_version_that_is_gone_is_412(ann: Someone, bob: Someone, busy: str) -> None:
    ann.post(f"{busy}/queue")
    stale = ann.get(f"{busy}/queue").headers["ETag"]
    bob.post(f"{busy}/queue")
    assert ann.delete(f"{busy}/queue", headers={"If-Match": stale}).status_code == 412
    fresh = ann.get(f"{busy}/queue").headers["ETag"]
    assert ann.delete(f"{busy}/queue", headers={"If-Match": fresh}).status_code == 200


def test_leaving_lets_an_offer_go(ann: Someone, bob: Someone, root: Someone, lot: str) -> None:
    root.delete(f"{lot}/charger/B")
    ann.post(f"{lot}/queue")
    bob.post(f"{lot}/queue")
    assert ann.delete(f"{lot}/queue").status_code == 200
    assert bob.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "A"


def test_an_offer_is_accepted_and_then_held(ann: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    held = ann.post(f"{lot}/queue/offer", {"action": "accept", "session_id": 1})
    assert held.status_code == 200
    assert (held.json["offer"]["state"], held.json["offer"]["answer_by"]) == ("held", None)
    assert held.json["offer"]["plug_by"] == "2026-03-02T08:15:00.000Z"
    assert ann.get(f"{lot}/charger/A").json["charger"]["state"] == "pre_session"


def test_declining_leaves_and_snoozing_keeps_the_place(ann: Someone, bob: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    assert ann.post(f"{lot}/queue/offer", {"action": "decline"}).json == {"offer": None}
    assert ann.get("/api/user").json["user"]["state"] == "inactive"
    bob.post(f"{lot}/queue")
    assert bob.post(f"{lot}/queue/offer", {"action": "snooze", "minutes": 5}).json == {"offer": None}
    (item,) = bob.get(f"{lot}/queue").json["queue"]
    assert (item["state"], item["place"]) == ("in_queue", 1)
    assert "asked again from 08:05" in item["reasons"]


def test_another_offer_by_now_is_409(ann: Someone, lot: str) -> None:
    ann.post(f"{lot}/queue")
    stale = ann.post(f"{lot}/queue/offer", {"action": "accept", "session_id": 99})
    assert (stale.status_code, stale.json["code"]) == (409, "other_offer")
    assert ann.get(f"{lot}/queue/offer").json["offer"]["state"] == "offered"


def test_without_an_offer_there_is_nothing_to_answer(ann: Someone, busy: str) -> None:
    assert ann.get(f"{busy}/queue/offer").status_code == 404
    assert ann.post(f"{busy}/queue/offer", {"action": "accept"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "ACCEPT"},
        {"action": None},
        {"action": "accept", "minutes": 5},
        {"action": "snooze", "minutes": 0},
        {"action": "snooze", "minutes": 721},
        {"action": "snooze", "minutes": 1.5},
        {"action": "snooze", "minutes": "5"},
        {"action": "accept", "session_id": 0},
        {"action": "accept", "session_id": "1"},
        {"action": "accept", "extra": 1},
    ],
)
def test_an_answer_that_cannot_be_is_422(ann: Someone, lot: str, body: dict[str, object]) -> None:
    ann.post(f"{lot}/queue")
    assert ann.post(f"{lot}/queue/offer", body).status_code == 422
    assert ann.get(f"{lot}/queue/offer").json["offer"]["state"] == "offered"


def test_admins_act_for_others_and_others_do_not(ann: Someone, bob: Someone, root: Someone, lot: str) -> None:
    for method, path, body in (
        ("POST", "queue", {}),
        ("GET", "queue/offer", None),
        ("POST", "queue/offer", {"action": "accept"}),
        ("DELETE", "queue", None),
    ):
        assert bob.send(method, f"{lot}/{path}?username=ann", json=body).status_code == 403
        assert root.send(method, f"{lot}/{path}?username=ANN", json=body).status_code < 300, path
    assert root.post(f"{lot}/queue?username=who").status_code == 404


def test_joining_twice_with_the_same_key_joins_once(ann: Someone, lot: str) -> None:
    headers = {"Idempotency-Key": "join-1"}
    first = ann.post(f"{lot}/queue", {}, headers=headers)
    again = ann.post(f"{lot}/queue", {}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json


def test_where_presence_is_asked_for_joining_needs_it(ann: Someone, bob: Someone, root: Someone, busy: str) -> None:
    near, far = {"latitude": 60.1701, "longitude": 24.9384}, {"latitude": 60.2, "longitude": 24.9384}
    root.patch(busy, {"latitude": 60.17, "longitude": 24.9384, "settings": {"presence": "radius"}})
    for body in ({}, far):
        refused = ann.post(f"{busy}/queue", body)
        assert (refused.status_code, refused.json["code"]) == (403, "presence_required")
    assert ann.post(f"{busy}/queue", near).status_code == 201
    assert root.post(f"{busy}/queue?username=bob").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"latitude": 1},
        {"latitude": 91, "longitude": 0},
        {"latitude": "1", "longitude": 0},
        {"latitude": 1, "longitude": 1e9},
        {"where": "here"},
        [],
        "x",
        1,
        None,
    ],
)
def test_a_position_that_cannot_be_is_422(ann: Someone, busy: str, body: object) -> None:
    text = "null" if body is None else None
    answer = (
        ann.send("POST", f"{busy}/queue", data=text, content_type="application/json")
        if text
        else ann.post(f"{busy}/queue", body)
    )
    assert answer.status_code == 422


def test_an_unknown_location_is_404(ann: Someone, people: People) -> None:
    for method, path in (("GET", "queue"), ("POST", "queue"), ("DELETE", "queue"), ("GET", "queue/offer")):
        assert ann.send(method, f"/api/location/nowhere/{path}").status_code == 404


def test_a_manager_moves_somebody_with_a_reason_that_is_kept(
    ann: Someone, bob: Someone, root: Someone, busy: str
) -> None:
    ann.post(f"{busy}/queue")
    bob.post(f"{busy}/queue")
    moved = root.post(f"{busy}/queue/move", {"username": "bob", "to": "front", "reason": "on call"})
    assert [item["username"] for item in moved.json["queue"]] == ["bob", "ann"]
    assert "a manager moved you at 10:00 (on call)" in bob.get(f"{busy}/queue").json["queue"][0]["reasons"]
    newest = root.get(f"{busy}/decisions").json["decisions"][0]
    assert "on call" in str(newest)
    out = root.post(f"{busy}/queue/move", {"username": "bob", "to": "out", "reason": "no car today"})
    assert [item["username"] for item in out.json["queue"]] == ["ann"]
    again = root.post(f"{busy}/queue/move", {"username": "bob", "to": "front", "reason": "x"})
    assert (again.status_code, again.json["code"]) == (409, "not_waiting")
    assert bob.post(f"{busy}/queue/move", {"username": "bob", "to": "front", "reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"to": "front", "reason": "x"},
        {"username": "ann", "entry_id": 1, "to": "front", "reason": "x"},
        {"username": "ann", "to": "place", "reason": "x"},
        {"username": "ann", "to": "out", "place": 1, "reason": "x"},
        {"username": "ann", "to": "front", "reason": ""},
        {"username": "ann", "to": "up", "reason": "x"},
    ],
)
def test_a_move_that_says_too_little_or_too_much_is_refused(
    ann: Someone, root: Someone, busy: str, body: dict[str, object]
) -> None:
    ann.post(f"{busy}/queue")
    assert root.post(f"{busy}/queue/move", body).status_code == 422


def test_the_reasons_are_in_the_language_that_is_asked_for(ann: Someone, busy: str) -> None:
    ann.post(f"{busy}/queue")
    german = ann.get(f"{busy}/queue", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert german.json["queue"][0]["reasons"].startswith("Du hast dich um 10:00 angestellt; ")
    assert "Accept-Language" in german.headers["Vary"]
    foreseen = ann.get(f"{busy}/queue/forecast", headers={"Accept-Language": "de"}).json["forecast"]
    assert "Ladeplatz" in foreseen["because"]
    assert ann.get(f"{busy}/queue", headers={"Accept-Language": "fi"}).json["queue"][0]["reasons"].startswith("You ")

"""Tokens of units over HTTP (B3, B4)."""

import pytest

from tests.fakes.people import Someone


@pytest.fixture
def unit(root) -> str:
    root.post("/api/user", {"username": "unit", "type": "service"})
    return "/api/user/unit/token"


def test_a_units_token_is_shown_once_and_bound_to_one_thing(app, root, unit):
    made = root.post(unit, {"scope": {"charger": "lot:1"}})
    assert made.status_code == 201
    assert made.json["scope"] == {"kind": "charger", "id": "lot:1"}
    (listed,) = root.get(unit).json["tokens"]
    assert listed["token_id"] == made.json["token_id"]
    assert (listed["fixed"], listed["expires_at"]) == (False, "2026-03-16T08:00:00.000Z")
    assert made.json["token"] not in root.get(unit).text
    user = Someone(app, made.json["token"]).get("/api/auth/validateToken").json["user"]
    assert (user["username"], user["type"]) == ("unit", "service")


def test_a_fixed_token_does_not_end_until_it_is_revoked(app, services, root, unit):
    made = root.post(unit, {"scope": {"bridge": "b1"}, "fixed": True}).json
    bridge = Someone(app, made["token"])
    assert made["expires_at"] is None
    services.clock.advance(days=3650)
    answer = bridge.get("/api/auth/validateToken")
    assert answer.status_code == 200
    assert "Kilowait-Token" not in answer.headers
    assert bridge.post("/api/auth/refresh").json["code"] == "fixed_token"
    services.clock.advance(days=-3650)
    assert root.delete(f"{unit}/{made['token_id']}").status_code == 200
    assert bridge.get("/api/auth/validateToken").status_code == 401
    assert root.delete(f"{unit}/{made['token_id']}").status_code == 404


def test_a_units_token_is_swapped_with_its_scope(app, root, unit):
    made = root.post(unit, {"scope": {"charger": "lot:1"}}).json
    swapped = Someone(app, made["token"]).post("/api/auth/refresh").json["token"]
    assert Someone(app, swapped).get("/api/auth/validateToken").status_code == 200
    assert {each["scope"]["id"] for each in root.get(unit).json["tokens"]} == {"lot:1"}


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"bridge": "b", "charger": "lot:1"},
        {"charger": "lot"},
        {"charger": "a b:1"},
        {"bridge": ""},
        {"x": "y"},
        None,
    ],
)
def test_a_scope_names_exactly_one_thing(root, unit, scope):
    assert root.post(unit, {"scope": scope}).status_code == 422


def test_people_get_no_units_tokens(root, ann):
    answer = root.post("/api/user/ann/token", {"scope": {"bridge": "b1"}})
    assert (answer.status_code, answer.json["code"]) == (409, "not_a_service")
    assert root.post("/api/user/nobody/token", {"scope": {"bridge": "b1"}}).status_code == 404


def test_a_repeat_with_the_same_key_makes_one_token_with_a_fresh_secret(app, root, unit):
    body, headers = {"scope": {"bridge": "b1"}}, {"Idempotency-Key": "k1"}
    first = root.post(unit, body, headers=headers).json
    second = root.post(unit, body, headers=headers).json
    assert len(root.get(unit).json["tokens"]) == 1
    assert Someone(app, first["token"]).get("/api/auth/validateToken").status_code == 401
    assert Someone(app, second["token"]).get("/api/auth/validateToken").status_code == 200

"""Tokens that are no good, and headers that hold none: 401 with its code wherever a token is looked at."""

import hashlib
from typing import Any

import pytest

from tests.contracts.api.refusal import refused, said
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD, Answer, Someone

REQUESTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/location", None),  # open to everyone, but a token that is sent must be good
    ("GET", "/api/user", None),
    ("PUT", "/api/location/Lot", {"name": "taken over"}),
    ("POST", "/api/location/Yard/queue", {}),
    ("POST", "/api/events", {"stream": "s", "events": []}),
    ("POST", "/api/auth/refresh", None),
)
MALFORMED = {
    "the scheme alone": "Bearer",
    "a scheme and a space": "Bearer ",
    "no scheme": "{token}",
    "basic": "Basic cm9vdDpjb3JyZWN0IGhvcnNl",
    "another scheme": "Token {token}",
    "two tokens": "Bearer {token} {token}",
    "two schemes": "Bearer Bearer {token}",
    "a list": "Bearer {token}, Bearer {token}",
    "a colon": "Bearer: {token}",
    "quotes": 'Bearer "{token}"',
    "one character more": "Bearer {token}A",
    "null": "Bearer null",
    "undefined": "Bearer undefined",
    "100,000 characters": "Bearer " + "x" * 100_000,
    "letters beyond ASCII": "Bearer \u00e9\u00e9\u00e9",
    "a control character": "Bearer {token}\x01",
    "a path": "Bearer ../../tokens",
    "its stored hash": "Bearer {hash}",
    "a secret that resets a password": "Bearer {reset}",
}


@pytest.mark.parametrize("shape", MALFORMED)
def test_a_header_without_a_good_token_is_nobodys(world: ApiWorld, shape: str) -> None:
    token = world.token(Role.ADMIN) or ""
    value = MALFORMED[shape].format(
        token=token, hash=hashlib.sha256(token.encode()).hexdigest(), reset=world.inhabitants.known["token"][0]
    )
    for method, path, body in REQUESTS:
        sent = {"headers": {"Authorization": value}, **({} if body is None else {"json": body})}
        assert refused(world, Role.ANONYMOUS, method, path, **sent) == (401, "invalid_token"), path


def test_without_a_token_what_needs_one_says_so(world: ApiWorld) -> None:
    for method, path, body in REQUESTS[1:]:
        sent = {} if body is None else {"json": body}
        assert refused(world, Role.ANONYMOUS, method, path, **sent) == (401, "no_token"), path


def test_a_token_in_the_address_or_in_a_cookie_is_not_looked_at(world: ApiWorld) -> None:
    token = world.token(Role.ADMIN)
    for name in ("token", "access_token"):
        found = refused(world, Role.ANONYMOUS, "GET", f"/api/user/all?{name}={token}")
        assert found == (401, "no_token")
    headers = {"Cookie": f"token={token}; session={token}", "X-Api-Key": token}
    assert refused(world, Role.ANONYMOUS, "GET", "/api/user/all", headers=headers) == (401, "no_token")


def test_the_scheme_is_read_without_regard_to_case(world: ApiWorld) -> None:
    for scheme in ("bearer", "BEARER", "Bearer  "):
        headers = {"Authorization": f"{scheme} {world.token(Role.USER)}"}
        assert world.sender(Role.ANONYMOUS).get("/api/user", headers=headers).status_code == 200


def everywhere(world: ApiWorld, token: str) -> set[tuple[int, str]]:
    """What a token gets at every request above; nothing may change."""
    before = world.documents()
    sender = Someone(world.app, token)
    found = {said(sender.send(method, path, json=body)) for method, path, body in REQUESTS}
    assert world.documents() == before
    return found


def test_a_revoked_token_opens_nothing(world: ApiWorld) -> None:
    assert everywhere(world, world.inhabitants.revoked) == {(401, "invalid_token")}


def test_an_expired_token_opens_nothing_and_a_fixed_one_never_expires(world: ApiWorld) -> None:
    world.clock.advance(days=13, hours=23)
    due = world.sender(Role.USER).get("/api/user")
    assert (due.status_code, due.headers["Kilowait-Token"]) == (200, "due")
    world.clock.advance(hours=1)
    assert everywhere(world, world.token(Role.USER) or "") == {(401, "token_expired")}
    world.clock.advance(days=4000)
    assert world.sender(Role.BRIDGE).get("/api/bridge/config").status_code == 200


def test_a_token_is_dead_the_moment_its_owner_is_gone(world: ApiWorld) -> None:
    root, carl = world.sender(Role.ADMIN), world.token(Role.USER) or ""
    assert root.patch("/api/user/carl", {"active": False}).status_code == 200
    assert everywhere(world, carl) == {(401, "invalid_token")}
    assert root.patch("/api/user/carl", {"active": True}).status_code == 200
    assert everywhere(world, carl) == {(401, "invalid_token")}


def test_a_new_password_ends_the_other_devices_tokens(world: ApiWorld) -> None:
    carl = world.sender(Role.USER)
    other = carl.post("/api/auth/login", {"username": "carl", "password": PASSWORD}).json["token"]
    change = {"password": "another horse battery", "current_password": PASSWORD}
    assert carl.patch("/api/user", change).status_code == 200
    assert everywhere(world, other) == {(401, "invalid_token")}
    assert carl.get("/api/user").status_code == 200


def test_too_many_wrong_passwords_are_answered_with_a_wait_and_never_with_a_lock(world: ApiWorld) -> None:
    def log_in(password: str) -> Answer:
        return world.sender(Role.ANONYMOUS).post("/api/auth/login", {"username": "bob", "password": password})

    for _ in range(5):
        assert said(log_in("wrong")) == (401, "bad_credentials")
    assert said(log_in("wrong")) == (401, "bad_credentials")
    refusal = log_in(PASSWORD)
    assert said(refusal) == (429, "too_many_attempts")
    world.clock.advance(seconds=int(refusal.headers["Retry-After"]))
    assert log_in(PASSWORD).status_code == 200

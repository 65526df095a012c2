"""Paths, methods and queries that are none: which answer each gets, and that nothing changes."""

import base64
from urllib.parse import unquote_to_bytes

import pytest

from tests.contracts.api.examples import OPERATIONS
from tests.contracts.api.refusal import address, refused, said
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld

NOWHERE = (404, "not_found")
NO_SUCH_METHOD = (405, "method_not_allowed")
INVALID = (422, "invalid")
LOT, A = "/api/location/Lot", "/api/location/Lot/charger/A"

WITH_QUERY = {"getYearReport": "?year=2026", "getWeekReport": "?date=2026-03-02", "getDayReport": "?date=2026-03-02"}
"""Without it they are 422."""
READS = [name for name, each in OPERATIONS.items() if each.method == "get"]

BAD_IDS = {
    "a control character": "a%01b",
    "NUL": "a%00b",
    "a new line": "a%0Ab",
    "delete": "%7F",
    "a zero-width space": "a%E2%80%8Bb",
    "right-to-left": "a%E2%80%AEb",
    "a private character": "%EE%80%80",
    "a decomposed letter": "e%CC%81",
    "a decomposed hangul": "%E1%84%80%E1%85%A1",
    "65 characters": "x" * 65,
    "65 letters of two bytes": "%C3%A9" * 65,
    "2,000 characters": "x" * 2000,
    "a reserved name": "__x__",
    "four underscores": "____",
    "an escaped dot": "%2E",
    "two escaped dots": "%2E%2E",
}
BAD_PLACES = {"a space": "a%20b", "a no-break space": "a%C2%A0b", "a colon": "a:b", "an escaped colon": "a%3Ab"}
NO_UTF8 = {"stray bytes": "%FF%FE", "an overlong slash": "%C0%AF", "half a surrogate": "%ED%A0%80"}


def reader(operation: str) -> Role:
    return Role.BRIDGE if OPERATIONS[operation].definition.raw["x-who"] == ["service"] else Role.ADMIN


@pytest.mark.parametrize("bad", [*BAD_IDS, *BAD_PLACES])
def test_a_location_or_charger_cannot_be_made_under_a_bad_id(world: ApiWorld, bad: str) -> None:
    name = (BAD_IDS | BAD_PLACES)[bad]
    for method, path in (("POST", "/api/location/"), ("PUT", "/api/location/"), ("POST", f"{LOT}/charger/")):
        found = refused(world, Role.ADMIN, method, path + name, json={})
        assert found == (422, "invalid_id"), (method, path)


@pytest.mark.parametrize("bad", BAD_IDS)
def test_a_charge_point_cannot_be_made_under_a_bad_id(world: ApiWorld, bad: str) -> None:
    body = {"connectors": {"1": "Lot:B"}}
    path = f"/api/chargepoint/{BAD_IDS[bad]}"
    assert refused(world, Role.ADMIN, "PUT", path, json=body) == (422, "invalid_id")


@pytest.mark.parametrize(
    "bad", ["a\x01b", "a\x00b", "\x7f", "e\u0301", "x" * 65, "__x__", ".", "..", "\u200b", " x", ""]
)
def test_nobody_can_be_called_so(world: ApiWorld, bad: str) -> None:
    for role, path in ((Role.ADMIN, "/api/user"), (Role.ANONYMOUS, "/api/auth/register")):
        status, code = refused(world, role, "POST", path, json={"username": bad, "password": "correct horse battery"})
        assert (status, code) in {(422, "invalid_id"), (422, "invalid_username"), INVALID}, path


@pytest.mark.parametrize("bad", [*BAD_IDS, *BAD_PLACES, "another"])
def test_nothing_is_found_under_a_bad_id_whoever_looks_for_it(world: ApiWorld, bad: str) -> None:
    name = (BAD_IDS | BAD_PLACES | {"another": "nowhere"})[bad]
    for operation in READS:
        each = OPERATIONS[operation]
        arguments = [part[1:-1] for part in each.path.split("/") if part.startswith("{")]
        for argument in arguments:
            path = address(world, each.path.replace(f"{{{argument}}}", name.replace("{", "").replace("}", "")))
            status, _ = refused(world, reader(operation), "GET", path)
            assert status in {404, 422}, path


@pytest.mark.parametrize(
    "path",
    [
        "/", "/api", "/api/", "/API/location", "/api/locations", "/api/location/Lot/charger/A/B/C",
        "/api/location//charger", "//api/location", "/api/location/a/b",
        "/api/location/..%2F..%2Fuser/x", "/api/../etc/passwd", "/api/user/a/b/c", "/favicon.ico", "/static/x.js",
        "/api/openapi", "/api/openapi.yaml", "/openapi", "/.env", "/api/location/Lot/charger/A%2F..%2FB/session",
    ],
)  # fmt: skip
def test_there_is_nothing_at_such_an_address(world: ApiWorld, path: str) -> None:
    for role in (Role.ANONYMOUS, Role.ADMIN):
        assert refused(world, role, "GET", path) == NOWHERE


@pytest.mark.parametrize("operation", READS)
def test_a_slash_at_the_end_is_the_same_address(world: ApiWorld, operation: str) -> None:
    path, query = address(world, OPERATIONS[operation].path), WITH_QUERY.get(operation, "")
    plain = world.sender(reader(operation)).get(path + query)
    world.restore()
    slashed = world.sender(reader(operation)).get(f"{path}/{query}")
    assert plain.status_code == slashed.status_code
    assert plain.status_code in {200, 404}


def test_an_escaped_slash_is_a_slash_and_an_escaped_letter_a_letter(world: ApiWorld) -> None:
    plain = world.sender(Role.ADMIN).get(A)
    for path in ("/api/location/Lot%2Fcharger%2FA", "/api/%6Cocation/Lot/charger/%41", "/api/location/LOT/charger/a"):
        assert world.sender(Role.ADMIN).get(path).json == plain.json


ALSO_USERNAMES = {
    f"/api/user/{name}"
    for name in (
        "all", "balance", "tag", "last_usage", "last_reservation", "sessions", "quota", "web_push", "notifications",
        "export",
    )
}  # fmt: skip
"""`PATCH user/{username}` takes them for somebody's name."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_method_the_address_does_not_take_is_refused_with_those_it_takes(world: ApiWorld, operation: str) -> None:
    each = OPERATIONS[operation]
    takes = {other.method.upper() for other in OPERATIONS.values() if other.path == each.path}
    takes |= {"PATCH"} if each.path in ALSO_USERNAMES else set()
    path = address(world, each.path)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X" * 50} - takes:
        answer = world.sender(Role.ADMIN).send(method, path, json={})
        assert said(answer) == NO_SUCH_METHOD, method
        allowed = {one.strip() for one in answer.headers["Allow"].split(",")}
        assert allowed >= takes | {"OPTIONS"}, method


@pytest.mark.parametrize("operation", OPERATIONS)
def test_options_says_what_may_be_asked_and_changes_nothing(world: ApiWorld, operation: str) -> None:
    each = OPERATIONS[operation]
    before = world.documents()
    answer = world.sender(Role.ANONYMOUS).send("OPTIONS", address(world, each.path))
    assert answer.status_code == 200
    assert each.method.upper() in answer.headers["Allow"]
    assert world.documents() == before


@pytest.mark.parametrize("operation", READS)
def test_head_is_get_without_a_body(world: ApiWorld, operation: str) -> None:
    path = address(world, OPERATIONS[operation].path)
    got = world.sender(reader(operation)).get(path)
    world.restore()
    head = world.sender(reader(operation)).send("HEAD", path)
    assert head.status_code == got.status_code
    assert head.mimetype == got.mimetype
    assert head.headers.get("ETag") == got.headers.get("ETag")
    assert head.get_data() == b""


@pytest.mark.parametrize("bad", NO_UTF8)
def test_an_address_that_is_no_utf8_is_refused_before_anything_else(world: ApiWorld, bad: str) -> None:
    for role, method, path, query in (
        (Role.ADMIN, "PUT", f"/api/location/{NO_UTF8[bad]}", ""),
        (Role.ADMIN, "GET", "/api/user", f"username={NO_UTF8[bad]}"),
        (Role.ANONYMOUS, "GET", f"/{NO_UTF8[bad]}", ""),
        (Role.ANONYMOUS, "POST", "/api/auth/login", f"{NO_UTF8[bad]}=1"),
    ):
        # The test client would mend what a server hands over as it came.
        raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        assert refused(world, role, method, "/", json={}, environ_overrides=raw) == (400, "bad_request"), path


QUERIES = {
    "GET /api/location": [
        "page_size=0", "page_size=201", "page_size=-1", "page_size=", "page_size=ten", "page_size=1.5", "page_size=1e2",
        "page_size=%00", "page_size=" + "9" * 5000, "page_size=1&page_size=2", "page_size=1&page_size=1", "pagesize=5",
        "PAGE_SIZE=5", "page_size[]=5", "=", "page_token=" + "x" * 4001,
    ],
    "GET /api/user/all": ["username=ann", "page_size=NaN"],
    f"GET {A}/sessions": [
        "unplugged=perhaps", "username=ann&username=bob", "unplugged=",
    ],
    f"DELETE {A}/session": ["session_id=0", "session_id=x", "session_id=1.0001"],
    "POST /api/chargepoint/CP-1/command": [
        "wait=21", "wait=-1", "wait=NaN", "wait=Infinity",
        "wait=1e999", "wait=soon", "wait=",
    ],
    "GET /api/user": ["user=ann", "username=ann&username=ann"],
}  # fmt: skip
ROWS = [(target, query) for target, queries in QUERIES.items() for query in queries]


@pytest.mark.parametrize(("target", "query"), ROWS)
def test_a_query_that_cannot_be_is_refused(world: ApiWorld, target: str, query: str) -> None:
    method, path = target.split()
    body = {"json": {"action": "GetConfiguration"}} if method == "POST" else {}
    assert refused(world, Role.ADMIN, method, f"{path}?{query}", **body) == INVALID


def test_a_bridge_may_send_any_cursor_and_gets_everything(world: ApiWorld) -> None:
    for since in ("x", "0-0-0", "9" * 400, "%00", "-1--1--1", "99999999999999999999-1-1"):
        answer = world.sender(Role.BRIDGE).get(f"/api/bridge/config?since={since}")
        assert (answer.status_code, answer.json["complete"]) == (200, True), since


PAGED = ("/api/location", "/api/user/all", f"{LOT}/decisions", f"{A}/sessions")
FORGED = [
    b"null", b"[]", b"{}", b"1", b"[1]", b'"users"', b'["a", 1, 2]', b".", b"/../", b"\x00\x00\x00", b"\xff",
    b'["users/x",["username"],[null]]', b'["../etc",["username"],["a"]]', b'["users/x",[],[]]',
    b'["users/x",["password_hash"],["a"]]', b'["users/x",["username"],[{"at":1}]]', b'["9",9]',
    b"[" * 2500,
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
def test_a_page_token_that_was_made_up_opens_nothing(world: ApiWorld, text: bytes) -> None:
    opens_nothing(world, base64.urlsafe_b64encode(text).rstrip(b"=").decode())


@pytest.mark.parametrize("token", ["x", "!", "====", "_", "%00", "%C3%A9", "Zm9v YmFy", "W" * 4000])
def test_a_page_token_that_is_no_base64_opens_nothing(world: ApiWorld, token: str) -> None:
    opens_nothing(world, token)


def test_a_page_token_of_another_list_opens_nothing(world: ApiWorld) -> None:
    for token in world.inhabitants.known["page_token"]:
        opens_nothing(world, token)


def opens_nothing(world: ApiWorld, token: str) -> None:
    """It is refused, or the list goes on somewhere: nothing is shown that the list itself does not show."""
    root = world.sender(Role.ADMIN)
    for path in PAGED:
        answer = root.get(f"{path}?page_token={token}")
        if answer.status_code == 200:
            ((name, shown),) = ((name, value) for name, value in answer.json.items() if isinstance(value, list))
            assert all(each in root.get(path).json[name] for each in shown), path
        else:
            assert said(answer) == (422, "invalid_page_token"), path
    assert not (errors := world.errors()), errors

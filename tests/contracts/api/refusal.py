"""What every refusal looks like, and that it left everything as it was."""

import http
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docs.errors import refusals
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import Answer

FIELDS = {"type", "title", "status", "detail", "code", "retry", "instance"}
PATHS = {
    "location_id": "Lot",
    "charger_id": "A",
    "session_id": "1",
    "charge_point_id": "CP-1",
    "username": "unit-charger",
    "group_id": "staff",
    "tag": "04AB",
    "provider": "trial",
    "what": "sessions",
    "format": "csv",
    "kind": "users",
    "part": "1",
}


@cache
def documented() -> frozenset[tuple[str, int]]:
    """What docs/errors.md lists: (code, status). Read from the whole source, which takes a while."""
    return frozenset((each.code, each.status) for each in refusals(Path(__file__).parents[3]))


def address(world: ApiWorld, path: str) -> str:
    """An operation's path with arguments that exist."""
    named = ("command_id", "token_id", "export_id", "message_id")
    known = PATHS | {name: str(world.inhabitants.known[name][0]) for name in named}
    return path.format_map({name: quote(value, safe="") for name, value in known.items()})


def said(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal that is a problem in every respect."""
    body = answer.json if answer.request.method != "HEAD" else None
    assert 400 <= answer.status_code < 600, (answer.status_code, answer.get_data()[:300])
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if answer.status_code in {429, 503}:
        assert int(answer.headers["Retry-After"]) > 0
    if body is None:
        return answer.status_code, ""
    assert body.keys() >= FIELDS
    assert body["status"] == answer.status_code
    assert body["title"] == http.HTTPStatus(answer.status_code).phrase
    assert body["type"] == f"urn:kilowait:problem:{body['code']}"
    assert body["instance"] == answer.headers["X-Request-Id"]
    assert body["retry"] is (answer.status_code in {429, 503})
    assert body["detail"].strip()
    assert (body["code"], answer.status_code) in documented()
    return answer.status_code, body["code"]


def refused(world: ApiWorld, role: Role, method: str, path: str, **request: Any) -> tuple[int, str]:
    """Send it; it must be refused, and nothing that is stored may have changed. Status and code."""
    before = world.documents()
    answer = world.sender(role).send(method, path, **request)
    found = said(answer)
    assert world.documents() == before, "a refused request changed something"
    assert not (errors := world.errors()), errors
    return found

"""Every route against every role (B4): who is let through is the table's word, and the table is complete."""

import re

import pytest
from flask import Flask, Response

from api.access import TABLE, Unlisted, Who, refuse_unlisted, routes
from api.app import RESOURCES, create_app
from api.resource import Resource
from api.schemas.base import Done
from model.account import Scope, ScopeKind
from tests.fakes.people import People, Someone

OPEN = {Who.ANYONE, Who.EVERYONE, Who.PASSWORD_RESET}
OWN = {ScopeKind.BRIDGE: "b1", ScopeKind.CHARGE_POINT: "CP1", ScopeKind.CHARGER: "lot:1"}
FOREIGN = {ScopeKind.BRIDGE: "b2", ScopeKind.CHARGE_POINT: "CP2", ScopeKind.CHARGER: "lot:2"}
ARGUMENTS = {
    "location_id": "LOT",
    "charger_id": "1",
    "station_id": "LOT:1",
    "charge_point_id": "CP1",
    "session_id": "1",
    "command_id": "c1",
    "message_id": "m1",
    "username": "ann",
    "token_id": "t1",
    "tag": "04AB",
    "provider": "trial",
    "what": "sessions",
    "format": "csv",
    "kind": "users",
    "export_id": "e1",
    "part": "1",
    "group_id": "staff",
}


def address(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: ARGUMENTS[match[1]], rule)


@pytest.fixture
def gated(app: Flask) -> Flask:
    """The app with every view replaced: 204 means that the gate let the request through."""
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: Response(status=204)
    return app


def statuses(someone: Someone) -> dict[tuple[str, str], int]:
    return {route: someone.send(route[0], address(route[1])).status_code for route in sorted(listed(someone))}


def listed(someone: Someone) -> set[tuple[str, str]]:
    return routes(someone.client.application)


def test_anonymous_callers_reach_only_what_is_open(gated: Flask, people: People) -> None:
    for route, status in statuses(people.anonymous()).items():
        assert status == (204 if TABLE[route].who & OPEN else 401), route


def test_users_reach_what_is_for_people(gated: Flask, people: People) -> None:
    for route, status in statuses(people.user()).items():
        assert status == (204 if TABLE[route].who & (OPEN | {Who.USER, Who.OWNER}) else 403), route


def test_admins_reach_all_but_what_only_units_may(gated: Flask, people: People) -> None:
    for route, status in statuses(people.admin()).items():
        assert status == (403 if TABLE[route].who == {Who.SERVICE} else 204), route


@pytest.mark.parametrize("kind", ScopeKind)
def test_units_reach_only_their_own_thing(gated: Flask, people: People, kind: ScopeKind) -> None:
    own = statuses(people.unit(Scope(kind=kind, id=OWN[kind]), "own"))
    foreign = statuses(people.unit(Scope(kind=kind, id=FOREIGN[kind]), "foreign"))
    names_it = {ScopeKind.CHARGER: "<charger_id>", ScopeKind.CHARGE_POINT: "<charge_point_id>"}.get(kind)
    reached = 0
    for route, status in own.items():
        entry = TABLE[route]
        let_in = bool(entry.who & OPEN) or kind in entry.bound
        assert status == (204 if let_in else 403), route
        reached += let_in and not entry.who & OPEN
        bound_here = names_it is not None and names_it in route[1] and not entry.who & OPEN
        assert foreign[route] == (403 if bound_here else status), route
    assert reached >= 4


@pytest.mark.parametrize("token", ["x", "", "é", "a b", "x" * 500])
def test_a_token_that_is_no_good_opens_nothing_that_looks_at_tokens(gated: Flask, token: str) -> None:
    someone = Someone(gated)
    someone.token = token
    for route in sorted(listed(someone)):
        looks = not TABLE[route].who & {Who.ANYONE, Who.PASSWORD_RESET}
        headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        answer = someone.send(route[0], address(route[1]), headers=headers)
        assert answer.status_code == (401 if looks else 204), route


def test_deactivated_and_deleted_users_are_nobody(gated: Flask, people: People) -> None:
    app = create_app(gated.extensions["kilowait"])
    root, ann, bob = people.admin(), people.user("ann"), people.user("bob")
    root.client = app.test_client()
    assert ann.get("/api/user").status_code == 204
    assert root.patch("/api/user/ann", {"active": False}).status_code == 200
    assert root.delete("/api/user?username=bob").status_code == 200
    assert ann.get("/api/user").status_code == 401
    assert bob.get("/api/user").status_code == 401


def test_every_route_is_in_the_table(app: Flask) -> None:
    assert routes(app) <= TABLE.keys()


def test_every_entry_of_the_table_is_a_route(app: Flask) -> None:
    assert TABLE.keys() <= routes(app)


def test_a_route_nobody_decided_about_does_not_start(services) -> None:
    stray = Resource("stray", "A route without an access rule.")

    @stray.get("/stray", responses={200: Done})
    def read_stray() -> Done:
        return Done(message="stray")

    with pytest.raises(Unlisted, match="GET /api/stray"):
        create_app(services, (*RESOURCES, stray))


def test_the_table_check_is_what_refuses(app: Flask) -> None:
    app.add_url_rule("/later", "later", lambda: "", methods=["GET"])
    with pytest.raises(Unlisted, match="/later"):
        refuse_unlisted(app)


def test_only_admins_act_for_others(app: Flask, people: People) -> None:
    root, ann, bob = people.admin(), people.user("ann"), people.user("bob")
    assert bob.get("/api/user?username=ann").status_code == 403
    assert bob.get("/api/user?username=nobody-at-all").status_code == 403
    assert bob.delete("/api/user?username=ann").status_code == 403
    assert bob.get("/api/user?username=BOB").json["user"]["username"] == "bob"
    assert root.get("/api/user?username=Ann").json["user"]["username"] == "ann"
    assert root.get("/api/user?username=nobody-at-all").status_code == 404
    assert ann.get("/api/user").json["user"]["username"] == "ann"


def test_another_users_tag_is_not_yours(app: Flask, people: People) -> None:
    root, ann, bob = people.admin(), people.user("ann"), people.user("bob")
    assert ann.post("/api/user/tag", {"tag": "04AB"}).status_code == 201
    assert bob.patch("/api/user/tag/04AB", {"active": False}).status_code == 403
    assert bob.delete("/api/user/tag/04AB").status_code == 403
    assert bob.get("/api/user/tag?username=ann").status_code == 403
    assert root.patch("/api/user/tag/04ab", {"active": False}).json["tag"]["active"] is False

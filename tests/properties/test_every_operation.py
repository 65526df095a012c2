"""Whatever is sent by whomever, every operation answers as the OpenAPI file says, and never with an error of ours (C8).

Half of the examples name things that exist. ``make test`` sends ten a role and operation, ``make fuzz`` its many.
"""

import os
from typing import Any

import pytest
import schemathesis
from flask import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from api.app import create_app
from api.openapi import document
from api.request_log import configure_logging
from model.account import Scope, ScopeKind
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People, Someone
from tests.fakes.site_composition import with_sites

pytestmark = pytest.mark.hypothesis
"""``make fuzz`` picks its tests by this mark; the property below is made inside a function."""
EXAMPLES = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 10
KNOWN = {
    "location_id": "lot",
    "charger_id": "A",
    "charge_point_id": "CP1",
    "session_id": "1",
    "command_id": "c1",
    "username": "ann",
    "token_id": "t1",
    "tag": "04AB",
}
ROLES = ("anonymous", "user", "admin", "bridge", "charge point", "charger")
ASKED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
"""Not whether all that fits its schema is taken: names must be NFC, passwords right, versions current."""


def operations() -> list[str]:
    spec = document(create_app(with_sites(fake_services())))
    return [f"{method.upper()} {path}" for path, item in spec["paths"].items() for method in item]


class World:
    """A location with two chargers, a charge point, a driver with a card in the queue, and everybody who may ask."""

    def __init__(self) -> None:
        services = with_sites(fake_services())
        self.app = create_app(services)
        people = People(self.app, services)
        self.root, self.ann = people.admin(), people.user("ann", email="ann@example.org")
        self.senders: dict[str, Someone] = {
            "anonymous": people.anonymous(),
            "user": self.ann,
            "admin": self.root,
            "bridge": people.unit(Scope(kind=ScopeKind.BRIDGE, id="b1"), "bridge"),
            "charge point": people.unit(Scope(kind=ScopeKind.CHARGE_POINT, id="CP1"), "unit1"),
            "charger": people.unit(Scope(kind=ScopeKind.CHARGER, id="lot:A"), "unit2"),
        }
        made = [
            self.root.post("/api/location/lot", {"name": "Lot"}),
            self.root.post("/api/location/lot/charger/A", {}),
            self.root.post("/api/location/lot/charger/B", {}),
            self.root.put("/api/chargepoint/CP1", {"connectors": {"1": "lot:A"}, "password": "sixteen letters!"}),
            self.ann.post("/api/user/tag", {"tag": "04AB"}),
            self.ann.post("/api/location/lot/queue", {}),
        ]
        assert {answer.status_code for answer in made} <= {200, 201}, [answer.text for answer in made]


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> None:
    configure_logging("error")


def send_examples(world: World, role: str, operation: str) -> list[int]:
    """What was answered to each; raises for an answer that is not as described."""
    sender = world.senders[role]
    method, path = operation.split(" ", 1)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", world.app)
    answered: list[int] = []

    @given(case=schema[path][method].as_strategy(), known=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, known: bool) -> None:
        if known:
            case.path_parameters = {name: KNOWN[name] for name in case.path_parameters}
        headers = {} if sender.token is None else {"Authorization": f"Bearer {sender.token}"}
        response = case.call(headers=headers)
        answered.append(response.status_code)
        case.validate_response(response, headers=headers, checks=ASKED)

    send()
    return answered


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", operations())
def test_it_answers_as_described_and_never_with_an_error_of_ours(role: str, operation: str) -> None:
    assert len(send_examples(World(), role, operation)) >= 1


@pytest.mark.parametrize(
    "lie",
    [
        lambda **_: 1 / 0,
        lambda **_: Response('{"user": {}}', mimetype="application/json"),
        lambda **_: Response("fine", mimetype="text/plain"),
        lambda **_: Response(status=418),
    ],
    ids=["error of ours", "other shape", "other type", "other status"],
)
def test_an_answer_that_is_not_as_described_is_seen(lie: Any) -> None:
    world = World()
    world.app.view_functions["user.get_user"] = lie
    with pytest.raises(FailureGroup):
        send_examples(world, "user", "GET /api/user")


def test_the_world_holds_what_the_examples_name() -> None:
    world = World()
    assert world.ann.get("/api/user").json["user"]["state"] in {"in_queue", "assigned"}
    assert world.root.get("/api/chargepoint/CP1").status_code == 200
    login = {"username": "ann", "password": PASSWORD}
    assert world.senders["anonymous"].post("/api/auth/login", login).status_code == 200

"""Requests made by Schemathesis from the app's own OpenAPI document, steered to things that exist, and what must hold.

Not among the checks: `ignored_auth` and its kin send a second request with another token and take its 200 for a hole;
what is open to everyone answers it rightly, and who may do what is proved by `tests/unit/api/test_access.py`.
`positive_data_acceptance` would take 404 and 409, right answers to a well-formed request, for refusals of the schema.
"""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.access import TABLE, Who
from api.app import create_app
from tests.contracts.api.bodies import BODIES
from tests.contracts.api.event_examples import batches
from tests.contracts.api.inhabitants import Inhabitants
from tests.contracts.api.refusal import documented
from tests.contracts.api.roles import UNITS, Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.composition import fake_services
from tests.fakes.site_composition import with_sites

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


def _operations() -> dict[str, APIOperation]:
    schema = openapi.from_wsgi("/api/openapi.json", create_app(with_sites(fake_services())))
    schema.config.generation.with_security_parameters = False  # the token is the role's
    # A stale `If-Match` may be found before a field that does not fit.
    schema.config.checks.negative_data_rejection.expected_statuses += ["412"]
    found: list[APIOperation] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    named = {each.definition.raw["operationId"]: each for each in found}
    # Another name of a route calls the same view: tests/unit/api/sites/test_station.py.
    return {name: each for name, each in named.items() if "x-alias-of" not in each.definition.raw}


OPERATIONS = _operations()
"""By operation id."""
EXAMPLES = 3
"""Of every operation and role in `make test`; at least half as many are asked for."""
MANY_EXAMPLES = 200
"""In `make fuzz`."""


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation, inhabitants: Inhabitants) -> Case:
    """One request, three of four as the schema wants it; three of four are about things that exist."""
    positive = draw(st.integers(0, 3)) > 0
    case: Case = draw(operation.as_strategy(GenerationMode.POSITIVE if positive else GenerationMode.NEGATIVE))
    if draw(st.integers(0, 3)) > 0:
        known = inhabitants.known | {name: [value] for name, value in draw(st.sampled_from(inhabitants.places)).items()}
        if "/token" in operation.path:
            known["username"] = ["unit-charger"]
        for name in sorted(case.path_parameters):
            case.path_parameters[name] = quote(str(draw(st.sampled_from(known[name]))), safe="")
        for fields in (case.query, case.body):
            if isinstance(fields, dict):
                _steer(draw, fields, known)
    bodies = BODIES.get(operation.definition.raw["operationId"])
    if bodies and draw(st.booleans()):
        case.body = deepcopy(draw(st.sampled_from(bodies)))
    if isinstance(case.body, dict) and "events" in case.body and draw(st.integers(0, 3)) > 0:
        case.body["events"] = draw(batches())
    if draw(st.booleans()):
        case.headers.pop("If-Match", None)
    _judged_anew(case)
    return case


def _steer(draw: st.DrawFn, fields: dict[str, Any], known: dict[str, list[Any]]) -> None:
    for name in sorted(fields.keys() & known.keys()):
        if draw(st.integers(0, 7)) > 0:
            fields[name] = draw(st.sampled_from(known[name]))


def _judged_anew(case: Case) -> None:
    """Asking a changed case for its meta data has Schemathesis judge anew whether it fits the schema."""
    assert case.meta is not None


def send(world: ApiWorld, role: Role, case: Case) -> None:
    """Have who has that role send it: the answer keeps every promise, its effects are carried out, nothing fails."""
    token = world.token(role)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = case.call(app=world.app, headers=headers)
    event(f"{response.status_code // 100}xx")
    case.validate_response(response, checks=CHECKS, headers=headers, transport_kwargs={"app": world.app})
    if response.status_code >= 400 and not response.headers["content-type"][0].startswith("text/html"):
        assert (response.json()["code"], response.status_code) in documented()
    world.carry_out()
    assert not (found := world.errors()), found


RULES = {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)): entry.who for (method, rule), entry in TABLE.items()}
OPEN = {Who.ANYONE, Who.EVERYONE, Who.PASSWORD_RESET}
"""Roles of the access table that let everybody in."""


def enough(role: Role, operation_id: str) -> int:
    """How many examples: one where the table refuses the role whatever it sends (`tests/unit/api/test_access.py`)."""
    each = OPERATIONS[operation_id]
    who = RULES[each.method.upper(), each.path]
    people = set() if role in UNITS or role is Role.ANONYMOUS else {Who.USER, Who.OWNER}
    own = {Role.ADMIN: {Who.ADMIN}, Role.ANONYMOUS: set()}.get(role, {Who.SERVICE} if role in UNITS else set())
    return EXAMPLES if who & (OPEN | people | own) else 1


def examine(world: ApiWorld, role: Role, operation_id: str, examples: int) -> int:
    """Send so many examples of one operation, each to the world as it was built; how many were sent."""
    sent = 0

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def example(data: st.DataObject) -> None:
        nonlocal sent
        world.restore()
        send(world, role, data.draw(cases(OPERATIONS[operation_id], world.inhabitants)))
        sent += 1

    example()
    return sent

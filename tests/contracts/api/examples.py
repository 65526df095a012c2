"""Requests made by Schemathesis from the app's own OpenAPI document, steered to things that exist, and what must hold.

Not among the checks: `ignored_auth` and its kin send a second request with another token and take its 200 for a hole;
what is open to everyone answers it rightly, and who may do what is proved by `tests/unit/api/test_access.py`.
`positive_data_acceptance` would take 404 and 409, right answers to a well-formed request, for refusals of the schema.
"""

from typing import Any
from urllib.parse import quote

from hypothesis import event
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response, openapi
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from tests.contracts.api.event_examples import batches
from tests.contracts.api.inhabitants import Inhabitants
from tests.contracts.api.roles import Role
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
    found = [result.ok() for result in schema.get_all_operations()]
    return {each.definition.raw["operationId"]: each for each in found}


OPERATIONS = _operations()
"""By operation id."""


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation, inhabitants: Inhabitants) -> Case:
    """One request, three of four as the schema wants it; three of four are about things that exist."""
    positive = draw(st.integers(0, 3)) > 0
    case: Case = draw(operation.as_strategy(GenerationMode.POSITIVE if positive else GenerationMode.NEGATIVE))
    if draw(st.integers(0, 3)) > 0:
        place = draw(st.sampled_from(inhabitants.places))
        known = inhabitants.known | {name: [value] for name, value in place.items()}
        for name in sorted(case.path_parameters):
            case.path_parameters[name] = quote(str(draw(st.sampled_from(known[name]))), safe="")
        for fields in (case.query, case.body):
            if isinstance(fields, dict):
                _steer(draw, fields, known)
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


def send(world: ApiWorld, role: Role, case: Case) -> Response:
    """The answer to ``case`` from who has that role; it keeps every promise, and its effects can be carried out."""
    token = world.token(role)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = case.call(app=world.app, headers=headers)
    event(f"{response.status_code // 100}xx")
    case.validate_response(response, checks=CHECKS, headers=headers, transport_kwargs={"app": world.app})
    world.carry_out()
    return response

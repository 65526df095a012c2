"""Requests made by Schemathesis from the app's own OpenAPI document, steered to things that exist, and what must hold.

Not among the checks: `ignored_auth` and its kin send a second request with another token and take 200 for a hole, which
what is open to everyone answers rightly; who may do what is `tests/unit/api/test_access.py`. `positive_data_acceptance`
would take 404 and 409, right answers to a well-formed request, for refusals of the schema.
"""

from typing import Any

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

from api.app import create_app
from tests.contracts.api.event_examples import events
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
SELDOM_STEERED = {"session_id"}

_SCHEMA = openapi.from_wsgi("/api/openapi.json", create_app(with_sites(fake_services())))
_SCHEMA.config.generation.with_security_parameters = False
OPERATIONS: dict[str, APIOperation] = {
    result.ok().definition.raw["operationId"]: result.ok() for result in _SCHEMA.get_all_operations()
}


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation, known: dict[str, list[Any]]) -> Case:
    """One request: as the schema wants it or as it does not; half of what it names exists."""
    wrong = draw(st.integers(0, 3)) == 0
    case: Case = draw(operation.as_strategy(GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE))
    return case

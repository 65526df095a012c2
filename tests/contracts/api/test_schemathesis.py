"""Whoever sends whatever to any operation of the OpenAPI file is answered as it promises, and never with a 5xx."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.api.examples import OPERATIONS, cases, send
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("role", Role)
@settings(max_examples=12, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_every_promise_is_kept(world: ApiWorld, role: Role, operation: str, data: st.DataObject) -> None:
    world.restore()
    send(world, role, data.draw(cases(OPERATIONS[operation], world.inhabitants)))

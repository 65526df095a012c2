"""Requests of all roles one after another, time passing between them; and the full product of roles and operations.

`make test` sends a few examples of each operation and role in `test_schemathesis_*.py`, one file a group of roles, so
that they run side by side.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.api.examples import MANY_EXAMPLES, OPERATIONS, cases, examine, send
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld

MOST_REQUESTS = 12
REQUESTS = [(role, operation_id) for operation_id, each in OPERATIONS.items() for role in Role if each.method != "get"]


def live_through(world: ApiWorld, data: st.DataObject) -> None:
    """One run of requests. What was answered before must not make a later answer break a promise."""
    world.restore()
    for _ in range(data.draw(st.integers(2, MOST_REQUESTS))):
        role, operation_id = data.draw(st.sampled_from(REQUESTS))
        send(world, role, data.draw(cases(OPERATIONS[operation_id], world.inhabitants)))
        world.pass_time(data.draw(st.sampled_from([0, 0, 1, 10, 24 * 60])))
        assert not (found := world.errors()), found


@settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_no_run_of_requests_breaks_a_promise(world: ApiWorld, data: st.DataObject) -> None:
    live_through(world, data)


@pytest.mark.fuzz
@settings(max_examples=5_000, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_no_run_of_requests_breaks_a_promise_in_a_long_search(world: ApiWorld, data: st.DataObject) -> None:
    live_through(world, data)


@pytest.mark.fuzz
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("role", Role)
def test_every_operation_keeps_its_promises_to_every_role(world: ApiWorld, role: Role, operation: str) -> None:
    assert examine(world, role, operation, MANY_EXAMPLES) >= MANY_EXAMPLES // 2

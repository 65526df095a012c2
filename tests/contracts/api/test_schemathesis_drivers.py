"""Whatever a driver in any state sends to any operation, the answer is as the OpenAPI file promises."""

import pytest

from tests.contracts.api.examples import OPERATIONS, enough, examine
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld

IN_BETWEEN = (Role.WAITING, Role.HOLDER, Role.OWNER)
ASKED = [
    (role, operation)
    for number, operation in enumerate(OPERATIONS)
    for role in (Role.USER, IN_BETWEEN[number % len(IN_BETWEEN)])
]
"""Each operation by who does nothing and by one of the others; `make fuzz` has all of them."""


@pytest.mark.parametrize(("role", "operation"), ASKED)
def test_every_operation_keeps_its_promises_to_drivers(world: ApiWorld, role: Role, operation: str) -> None:
    examples = enough(role, operation)
    assert examine(world, role, operation, examples) >= examples // 2

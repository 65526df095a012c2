"""Whatever a driver in any state sends to any operation, the answer is as the OpenAPI file promises."""

import pytest

from tests.contracts.api.examples import OPERATIONS, enough, examine
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("role", [Role.USER, Role.WAITING, Role.HOLDER, Role.OWNER])
def test_every_operation_keeps_its_promises_to_drivers(world: ApiWorld, role: Role, operation: str) -> None:
    examples = enough(role, operation)
    assert examine(world, role, operation, examples) >= examples // 2

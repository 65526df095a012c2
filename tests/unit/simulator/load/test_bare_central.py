"""The least central system there can be is one by the schemas."""

import pytest

from simulator.control.directions import FROM_CHARGE_POINT
from simulator.link import schemas
from simulator.load.bare_central import answer


@pytest.mark.parametrize("protocol", FROM_CHARGE_POINT)
def test_every_answer_is_what_the_schema_allows(protocol):
    wrong = {
        action: found
        for action in FROM_CHARGE_POINT[protocol]
        if (found := schemas.problem(protocol, action, answer(action, protocol), answer=True)) is not None
    }
    assert wrong == {}

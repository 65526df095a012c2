"""A yard with one charger behind a unit, and one behind a charge point."""

import pytest

from tests.fakes.yard import Yard


@pytest.fixture
def yard() -> Yard:
    """No charger yet: who joins, waits."""
    return Yard()


@pytest.fixture
def unit_yard() -> Yard:
    """One charger ``c1`` with a REST unit."""
    made = Yard()
    made.unit()
    return made


@pytest.fixture
def point_yard() -> Yard:
    """One charger ``c1`` at connector 1 of charge point ``CP1``."""
    made = Yard()
    made.connector()
    return made

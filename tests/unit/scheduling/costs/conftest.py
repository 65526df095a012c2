"""A yard where charging is paid from the balance."""

import pytest

from model.settings import Settings
from scheduling.inputs import PutLocation
from tests.fakes.yard import Yard

PREPAID = Settings(price=30_000, idle_price=10_000, prepaid=True)
"""0.30 a kWh, 0.10 a minute of overstay."""


@pytest.fixture
def paid_yard() -> Yard:
    """One charger ``c1`` at a charge point; ann and bob have 10.00 each."""
    made = Yard(settings=PREPAID)
    made.decide(PutLocation(currency="EUR"))
    made.connector()
    for name in ("ann", "bob"):
        made.has(name, 1_000)
    return made

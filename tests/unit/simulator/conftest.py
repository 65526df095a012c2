"""A central system and a charge point that is booted there."""

import pytest

from simulator.chargepoint import ChargePoint, Settings
from tests.unit.simulator.central import Central


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def central():
    async with Central() as central:
        yield central


@pytest.fixture
async def charge_point(central):
    settings = Settings(central=central.address, meter_interval_s=1)
    async with ChargePoint("CP1", settings) as charge_point:
        assert await charge_point.booted()
        yield charge_point

"""A central system and a charge point that is booted there."""

import pytest

from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings
from tests.unit.simulator.central import Central
from tests.unit.simulator.serving import simulated


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


@pytest.fixture
async def simulator(central):
    """The fleet and a client of its HTTP API."""
    async with simulated(central.address) as (fleet, client):
        yield fleet, client


@pytest.fixture
def fleet(simulator):
    return simulator[0]


@pytest.fixture
def http(simulator):
    return simulator[1]

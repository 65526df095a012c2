"""A station on the bench, and one at a central system of the `ocpp` package."""

import pytest

from tests.unit.simulator.ocpp201.bench import Bench
from tests.unit.simulator.ocpp201.central201 import Central201


@pytest.fixture
async def bench():
    async with Bench() as bench:
        yield bench


@pytest.fixture
async def two():
    """With two EVSEs."""
    async with Bench(connectors=2) as bench:
        yield bench


@pytest.fixture
async def central():
    async with Central201() as central:
        yield central

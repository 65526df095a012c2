"""A cloud with one charge point of each kind, and the bridge's clock set by it."""

import functools

import pytest

from ocpp_bridge.units.chargeamps import cloud_client
from ocpp_bridge.units.chargeamps.backoff import Backoff
from tests.fakes.unit_ports import KeptPorts
from tests.unit.bridge.units.chargeamps.accounts import cloud, served


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(cloud_client, "Backoff", functools.partial(Backoff, first_s=0.02))


@pytest.fixture
def standing_in():
    made = cloud()
    made.add("CA1", speaks="capi")
    made.add("CA2", connectors=2, type="Luna", speaks="ocpp")
    return made


@pytest.fixture
async def address(standing_in):
    async with served(standing_in) as address:
        yield address


@pytest.fixture
def ports(standing_in):
    return KeptPorts(["CA1", "CA2"], standing_in.clock)

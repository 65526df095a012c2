"""An account at a cloud that stands in, and its driver at work."""

import asyncio
from contextlib import asynccontextmanager, suppress

from ocpp_bridge.units.chargeamps.backoff import Backoff
from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.driver import make
from ocpp_bridge.units.chargeamps.entry import account_of
from ocpp_bridge.units.driver import Entry
from simulator.chargeamps_cloud.account import Account
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.server import CloudServer


def entry(address, **more):
    options = {"email": "site@example.com", "password": "pass-word-of-the-cloud", "api_key": "key-of-the-cloud"}
    return Entry("chargeamps", address=address, options=options | more)


def cloud(**more):
    account = Account(password="pass-word-of-the-cloud", api_key="key-of-the-cloud", **more)
    return Cloud(account)


@asynccontextmanager
async def served(standing_in):
    async with CloudServer(standing_in) as server:
        yield server.address


@asynccontextmanager
async def client_of(address, chance=lambda: 0.0, first_s=0.02, **more):
    async with CloudClient(account_of(entry(address, **more)), Backoff(chance, first_s)) as client:
        yield client


@asynccontextmanager
async def running(address, ports, **more):
    """The driver at work, looking so often that nobody waits."""
    quick = {"poll_s": 0.02, "discover_s": 0.05, "settings_s": 0.05, "reconcile_s": 0.05}
    task = asyncio.create_task(make(entry(address, **(quick | more))).run(ports))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

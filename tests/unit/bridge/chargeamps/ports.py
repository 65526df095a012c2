"""The core's side of units, which only keeps what it was told; and an account at a cloud that stands in."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from ocpp_bridge.units.chargeamps.backoff import Backoff
from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.driver import make
from ocpp_bridge.units.chargeamps.entry import account_of
from ocpp_bridge.units.driver import Entry
from simulator.chargeamps_cloud.account import Account
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.moments import MovableClock
from simulator.chargeamps_cloud.server import CloudServer


class Texts(dict):
    """A memory that outlives nothing."""

    def get(self, name):
        return super().get(name, "")

    def put(self, name, text):
        self[name] = text


class KeptPort:
    """A unit's port: ``told`` is everything in order."""

    def __init__(self, charge_point_id, now, memory=None):
        self.charge_point_id = charge_point_id
        self.memory = Texts() if memory is None else memory
        self.now = now
        self.told = []
        self.control = None

    def connected(self, identity, control):
        self.control = control
        self.told.append(("connected", identity))

    def observed(self, *observations):
        self.told += [("observed", each) for each in observations]

    def corrected(self, connector, session, energy_ws):
        self.told.append(("corrected", (connector, session, energy_ws)))

    def noticed(self, action, payload):
        self.told.append(("noticed", (action, payload)))

    def disconnected(self, why):
        self.told.append(("disconnected", why))

    def of(self, what):
        return [each for kind, each in self.told if kind == what]

    @property
    def last(self):
        return self.of("observed")[-1]


class KeptPorts:
    """``known`` are the charge points that the API knows."""

    def __init__(self, known, clock=None):
        self.known = set(known)
        self.clock = clock or MovableClock(lambda: datetime.now(UTC))
        self.units = {}
        self.asked = []

    def now(self):
        return self.clock.now()

    def unit(self, charge_point_id, declaration):
        self.asked.append((charge_point_id, declaration))
        if charge_point_id not in self.known:
            return None
        return self.units.setdefault(charge_point_id, KeptPort(charge_point_id, self.now))


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


async def until(condition, within_s=5.0):
    """Wait until it is so."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 -- what is waited for is in another program
            await asyncio.sleep(0.005)

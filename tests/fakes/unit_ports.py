"""The core's side of units, which only keeps what a driver tells it."""

import asyncio

from simulator.chargeamps_cloud.moments import MovableClock


class Texts:
    """A memory that outlives nothing."""

    def __init__(self):
        self._texts = {}

    def get(self, name):
        return self._texts.get(name, "")

    def put(self, name, text):
        self._texts[name] = text


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


class KeptBuilding:
    """A building's port: ``told`` is everything in order."""

    def __init__(self):
        self.newest_at = None
        self.refused = ""
        self.told = []

    def tell(self, reading):
        self.newest_at = reading.at
        self.told.append(reading)


class KeptPorts:
    """``known`` are the charge points that the API knows."""

    def __init__(self, known, clock=None):
        self.known = set(known)
        self.clock = clock or MovableClock()
        self.units = {}
        self.buildings = {}
        self.asked = []
        self.failure = ""

    def now(self):
        return self.clock.now()

    def unit(self, charge_point_id, declaration):
        self.asked.append((charge_point_id, declaration))
        if charge_point_id not in self.known:
            return None
        return self.units.setdefault(charge_point_id, KeptPort(charge_point_id, self.now))

    def building(self, location_id):
        return self.buildings.setdefault(location_id, KeptBuilding())

    def failing(self, why):
        self.failure = why


async def until(condition, within_s=5.0):
    """Wait until it is so."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 -- what is waited for is in another program
            await asyncio.sleep(0.005)

"""A charge point of the Charge Amps cloud under the contract."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.cars.car import Car
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.connector import Connector
from simulator.chargeamps_cloud.server import CloudServer
from tests.contracts.units.stage import UNIT, Stage
from tests.fakes.background import Background

TRICKLE_W = 60
"""What the car takes by itself: next to nothing in the time of a test."""
NEED_WH = 50_000


class ChargeAmpsStage:
    """Energy is added by hand: hours in a moment, without moving any clock."""

    switches_power = True
    sees_a_plug = True
    resolution_wh = 1

    def __init__(self, background: Background, server: CloudServer) -> None:
        self._background = background
        self.cloud = server.cloud
        self.entry = (
            f'[[account]]\ndriver = "chargeamps"\nurl = "{server.address}"\nemail = "site@example.com"\n'
            f'password = "password"\napi_key = "api-key"\npoll_s = 0.1\ndiscover_s = 0.2\nsample_s = 0.1\n'
        )

    @property
    def _connector(self) -> Connector:
        return self.cloud.connector(UNIT)

    def plug(self) -> None:
        car = Car(battery_wh=NEED_WH, need_wh=0, max_power_w=TRICKLE_W)
        self._background.call(lambda: self._connector.plug(car))

    def charge(self, energy_wh: int) -> None:
        self._background.call(lambda: self._charge(energy_wh))

    def full(self) -> None:
        self._background.call(self._full)

    def unplug(self) -> None:
        self._background.call(self._unplug)

    def gives_power(self) -> bool:
        return self._connector.settings.mode != "Off" and not self._connector.stopped

    def vanish(self) -> None:
        self._background.call(lambda: self.cloud.charge_point(UNIT).go(online=False))

    def return_(self) -> None:
        self._background.call(lambda: self.cloud.charge_point(UNIT).go(online=True))

    def limit_a(self) -> float | None:
        limit_a = self._connector.settings.max_current
        return 32 if limit_a is None else limit_a

    def _charge(self, energy_wh: int) -> None:
        connector = self._connector
        assert connector.car is not None
        connector.car.need_wh = NEED_WH
        if connector.session is not None and connector.state == "charging":
            connector.session.taken_mwh += energy_wh * 1000
            connector.register_mwh += energy_wh * 1000

    def _unplug(self) -> None:
        self._connector.unplug()

    def _full(self) -> None:
        connector = self._connector
        assert connector.car is not None
        connector.car.need_wh = 0


@contextmanager
def chargeamps(background: Background, _folder: Path) -> Iterator[Stage]:
    cloud = Cloud()
    cloud.add(UNIT)
    server = CloudServer(cloud)

    async def begin() -> None:
        await server.__aenter__()

    background.run(begin())
    yield ChargeAmpsStage(background, server)
    background.run(asyncio.wait_for(server.__aexit__(), 5))

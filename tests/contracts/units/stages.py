"""All kinds of units under the contract. A new one adds a line to ``STAGES``."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from standalone.ports import free_ports
from tests.contracts.units.chargeamps_stage import chargeamps
from tests.contracts.units.meter_stage import meter
from tests.contracts.units.stage import UNIT, Stage
from tests.emulators.mosquitto import Mosquitto
from tests.fakes.background import Background
from tests.fakes.openevse.mqtt import MqttUnit
from tests.fakes.openevse.rapi import PtyUnit, RapiUnit, TcpUnit
from tests.fakes.openevse.unit import OpenEvse
from tests.fakes.openevse.wifi import WifiUnit

MakeStage = Callable[[Background, Path], AbstractContextManager[Stage]]


class OpenEvseStage:
    """The stand-in OpenEVSE, however it is reached."""

    switches_power = True
    sees_a_plug = True
    resolution_wh = 0

    def __init__(self, background: Background, way: TcpUnit | PtyUnit | WifiUnit | MqttUnit, driver: str) -> None:
        self._background = background
        self.way = way
        self.unit = way.unit
        poll = "" if driver == "openevse-mqtt" else "poll_s = 0.1\n"
        self.entry = f'[[unit]]\nid = "{UNIT}"\ndriver = "{driver}"\naddress = "{way.address}"\nsample_s = 0.1\n{poll}'

    def plug(self) -> None:
        self._background.call(self.unit.plug)

    def charge(self, energy_wh: int) -> None:
        self._background.call(self.unit.ask)
        self._background.call(lambda: self.unit.draw_ws(energy_wh * 3600))

    def full(self) -> None:
        self._background.call(self.unit.full)

    def unplug(self) -> None:
        self._background.call(self.unit.unplug)

    def gives_power(self) -> bool:
        return not self.unit.off

    def vanish(self) -> None:
        self._background.run(self.way.stop())

    def return_(self) -> None:
        self._background.run(self.way.start())

    def limit_a(self) -> float | None:
        return self.unit.limit_a


@contextmanager
def rapi_tcp(background: Background, _folder: Path) -> Iterator[Stage]:
    (port,) = free_ports(1)
    with _running(background, TcpUnit(RapiUnit(OpenEvse()), port), "openevse-rapi") as stage:
        yield stage


@contextmanager
def rapi_pty(background: Background, folder: Path) -> Iterator[Stage]:
    with _running(background, PtyUnit(RapiUnit(OpenEvse()), folder / "ttyEVSE"), "openevse-rapi") as stage:
        yield stage


@contextmanager
def wifi(background: Background, _folder: Path) -> Iterator[Stage]:
    (port,) = free_ports(1)
    with _running(background, WifiUnit(OpenEvse(), port), "openevse-wifi") as stage:
        yield stage


@contextmanager
def mqtt(background: Background, folder: Path) -> Iterator[Stage]:
    (folder / "broker").mkdir()
    with (
        Mosquitto(folder / "broker", forgetful=True) as broker,
        _running(background, MqttUnit(OpenEvse(), broker.port), "openevse-mqtt") as stage,
    ):
        yield stage


@contextmanager
def _running(background: Background, way: TcpUnit | PtyUnit | WifiUnit | MqttUnit, driver: str) -> Iterator[Stage]:
    background.run(way.start())
    yield OpenEvseStage(background, way, driver)
    if isinstance(way, MqttUnit):
        background.call(way.close)
    background.run(way.stop())


STAGES: dict[str, MakeStage] = {
    "openevse-rapi-tcp": rapi_tcp,
    "openevse-rapi-pty": rapi_pty,
    "openevse-wifi": wifi,
    "openevse-mqtt": mqtt,
    "chargeamps": chargeamps,
    "meter": meter,
}

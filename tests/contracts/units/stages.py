"""All kinds of units under the contract. A new one adds a line to ``STAGES``."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from standalone.ports import free_ports
from tests.contracts.units.chargeamps_stage import chargeamps
from tests.contracts.units.meter_stage import meter
from tests.contracts.units.stage import UNIT, Stage
from tests.fakes.background import Background
from tests.fakes.openevse.rapi import PtyUnit, RapiUnit, TcpUnit
from tests.fakes.openevse.unit import OpenEvse

MakeStage = Callable[[Background, Path], AbstractContextManager[Stage]]


class RapiStage:
    """OpenEVSE over RAPI, by either way."""

    switches_power = True
    sees_a_plug = True
    resolution_wh = 0

    def __init__(self, background: Background, way: TcpUnit | PtyUnit) -> None:
        self._background = background
        self._way = way
        self.unit = way.rapi.unit
        self.entry = f'[[unit]]\nid = "{UNIT}"\ndriver = "openevse-rapi"\naddress = "{way.address}"\npoll_s = 0.1\nsample_s = 0.1\n'

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
        self._background.run(self._way.stop())

    def return_(self) -> None:
        self._background.run(self._way.start())

    def limit_a(self) -> float | None:
        return self.unit.limit_a


@contextmanager
def rapi_tcp(background: Background, _folder: Path) -> Iterator[Stage]:
    (port,) = free_ports(1)
    with _running(background, TcpUnit(RapiUnit(OpenEvse()), port)) as stage:
        yield stage


@contextmanager
def rapi_pty(background: Background, folder: Path) -> Iterator[Stage]:
    with _running(background, PtyUnit(RapiUnit(OpenEvse()), str(folder / "ttyEVSE"))) as stage:
        yield stage


@contextmanager
def _running(background: Background, way: TcpUnit | PtyUnit) -> Iterator[Stage]:
    background.run(way.start())
    yield RapiStage(background, way)
    background.run(way.stop())


STAGES: dict[str, MakeStage] = {
    "openevse-rapi-tcp": rapi_tcp,
    "openevse-rapi-pty": rapi_pty,
    "chargeamps": chargeamps,
    "meter": meter,
}

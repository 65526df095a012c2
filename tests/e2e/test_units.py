"""Two drivers share one charger that speaks no OCPP: the story of every other charger, on units of every way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from standalone.ports import free_ports
from tests.e2e.world import Person, Site, World, wait_for
from tests.emulators.mosquitto import Mosquitto
from tests.fakes.background import Background
from tests.fakes.openevse.mqtt import MqttUnit
from tests.fakes.openevse.rapi import PtyUnit, RapiUnit, TcpUnit
from tests.fakes.openevse.unit import OpenEvse
from tests.fakes.openevse.wifi import WifiUnit

WAYS = {
    "tcp": "openevse-rapi",
    "pty": "openevse-rapi",
    "wifi": "openevse-wifi",
    "mqtt": "openevse-mqtt",
}
STOPPED = "stopped"


class Lot:
    """The stand-in units, whose loop runs beside the test."""

    def __init__(self, background: Background, folder: Path, broker_port: int) -> None:
        tcp_port, wifi_port, stopped_port = free_ports(3)
        self._background = background
        self._ways: dict[str, TcpUnit | PtyUnit | WifiUnit | MqttUnit] = {
            "tcp": TcpUnit(RapiUnit(OpenEvse()), tcp_port),
            "pty": PtyUnit(RapiUnit(OpenEvse()), folder / "ttyEVSE"),
            "wifi": WifiUnit(OpenEvse(), wifi_port),
            "mqtt": MqttUnit(OpenEvse(), broker_port),
            STOPPED: TcpUnit(RapiUnit(OpenEvse()), stopped_port),
        }
        for way in self._ways.values():
            background.run(way.start())

    def close(self) -> None:
        for way in self._ways.values():
            self._background.run(way.stop())

    @property
    def units_file(self) -> str:
        return "".join(
            f'[[unit]]\nid = "cp-{name}"\ndriver = "{WAYS.get(name, "openevse-rapi")}"\naddress = "{way.address}"\n'
            "sample_s = 60\n" + ("" if name == "mqtt" else "poll_s = 0.2\n")
            for name, way in self._ways.items()
        )

    def unit(self, name: str) -> OpenEvse:
        return self._ways[name].unit

    def does(self, what: Callable[[], None]) -> None:
        self._background.call(what)


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lot]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("lot")
        broker = stack.enter_context(Mosquitto(folder, forgetful=True))
        lot = Lot(stack.enter_context(Background()), folder, broker.port)
        stack.callback(lot.close)
        yield lot


@pytest.fixture(scope="module")
def units_world(tmp_path_factory: pytest.TempPathFactory, seed: Path, lot: Lot) -> Iterator[World]:
    units = tmp_path_factory.mktemp("units") / "units.toml"
    units.write_text(lot.units_file)
    options = ("--units", str(units), "--meter-post-s", "0.2")
    with World(tmp_path_factory.mktemp("units-world"), seed, bridge_options=options) as world:
        yield world


def _state(world: World, site: Site, state: str) -> None:
    wait_for(lambda: world.charger(site)["state"] == state, why=f"the charger is {state}")


def _driver_is(person: Person, state: str) -> None:
    wait_for(lambda: person.state == state, why=f"{person.username} is {state}")


@pytest.mark.parametrize(
    "name", [name if name == "tcp" else pytest.param(name, marks=pytest.mark.fuzz) for name in WAYS]
)
def test_two_drivers_share_one_unit(units_world: World, lot: Lot, name: str) -> None:
    world, unit = units_world, lot.unit(name)
    site = world.site(name)
    first, second = world.driver(f"{name}-1"), world.driver(f"{name}-2")
    _state(world, site, "available")
    assert world.charger(site)["enforcement"] == "power"

    first.do("POST", f"{site.path}/queue")
    offer = wait_for(lambda: first.offer(site.location_id), why="the first is offered the charger")
    second.do("POST", f"{site.path}/queue")
    first.do("POST", f"{site.path}/queue/offer", {"action": "accept", "session_id": offer["session_id"]})
    wait_for(lambda: unit.off, why="it is held: no power")

    # A stranger plugs in and gets none; the hold survives it. Nobody else may start it either.
    lot.does(lambda: unit.plug(asks=True))
    wait_for(lambda: world.charger(site)["plugged"], why="the plug is seen")
    assert not unit.charging
    assert second.ask("POST", f"{site.charger_path}/start_charging").status_code == 409
    lot.does(unit.unplug)
    wait_for(lambda: not world.charger(site)["plugged"], why="the stranger leaves")
    assert first.state == "assigned"

    lot.does(unit.plug)
    first.do("POST", f"{site.charger_path}/start_charging")
    wait_for(lambda: not unit.off, why="the holder gets power")
    _driver_is(first, "connected_charging")
    lot.does(unit.ask)
    lot.does(lambda: unit.draw_ws(3_000 * 3600 + 1800))
    lot.does(unit.full)
    _driver_is(first, "connected_full")
    lot.does(unit.ask)  # It takes some more.
    lot.does(lambda: unit.draw_ws(200 * 3600 + 1800))
    _driver_is(first, "connected_charging")
    lot.does(unit.full)
    assert second.state == "in_queue"
    lot.does(unit.unplug)

    wait_for(lambda: second.offer(site.location_id), why="the next is offered it")
    _driver_is(first, "inactive")
    wait_for(lambda: unit.off, why="it is kept for the next")
    session = next(one for one in world.sessions(site) if one["end_reason"] == "unplugged")
    assert session["energy_wh"] == 3_201, "and no fraction of a watt-hour is lost"
    assert session["user"]["username"] == first.username


def test_a_stop_from_the_phone_takes_the_power(units_world: World, lot: Lot) -> None:
    world, unit = units_world, lot.unit(STOPPED)
    site, driver = world.site(STOPPED), world.driver("stopper")
    _state(world, site, "available")
    lot.does(unit.plug)
    wait_for(lambda: unit.off, why="nobody has said who they are")
    driver.do("POST", f"{site.charger_path}/start_charging")
    _driver_is(driver, "connected_charging")
    lot.does(unit.ask)
    wait_for(lambda: unit.charging, why="a walk-up who is known gets power")
    driver.do("POST", f"{site.charger_path}/stop_charging")
    wait_for(lambda: not unit.charging, why="no more power")
    _driver_is(driver, "connected_full")
    lot.does(unit.unplug)
    _driver_is(driver, "inactive")
    _state(world, site, "available")
    wait_for(lambda: not unit.off, why="it is on for whoever comes")

"""The story of one charger and two drivers at chargers that speak no OCPP: one in a vendor's cloud, which is switched
off while it is held, and one with nothing but a meter beside it, where strangers can only be noted.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import httpx
import pytest

from simulator.cars.car import Car
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.connector import Connector
from simulator.chargeamps_cloud.server import CloudServer
from standalone.ports import free_ports
from tests.e2e.world import SETTINGS, Person, Site, World, wait_for
from tests.fakes.background import Background

TOKEN = "token-of-the-south-meter"
IN_CLOUD, METERED = "CA1", "south"


def car() -> Car:
    """Takes three phases of 16 A until it has 3 Wh."""
    return Car(battery_wh=50_000, need_wh=3, max_power_w=11_040)


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture(scope="module")
def cloud(background: Background) -> Iterator[CloudServer]:
    server = CloudServer(Cloud())
    server.cloud.add(IN_CLOUD)
    background.run(server.__aenter__())
    yield server
    background.run(server.__aexit__())


@pytest.fixture(scope="module")
def meter_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path, cloud: CloudServer, meter_port: int) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("units")
    units = folder / "units.toml"
    units.write_text(f"""
        [[account]]
        driver = "chargeamps"
        name = "the yard's"
        url = "{cloud.address}"
        email = "site@example.com"
        password_env = "CHARGEAMPS_PASSWORD"
        api_key_env = "CHARGEAMPS_API_KEY"
        poll_s = 0.1
        discover_s = 0.3
        reconcile_s = 0.2
        sample_s = 0.1

        [[account]]
        driver = "meter"
        listen = "127.0.0.1:{meter_port}"
        sample_s = 0.1
        [[account.meter]]
        id = "{METERED}"
        token_env = "SOUTH_METER_TOKEN"
        start_s = 0.1
        stop_s = 0.1
        gone_w = 10
        gone_s = 0.2
    """)
    told = {"CHARGEAMPS_PASSWORD": "password", "CHARGEAMPS_API_KEY": "api-key", "SOUTH_METER_TOKEN": TOKEN}
    with World(folder, seed, told=told, bridge_options=["--units", str(units), "--meter-post-s", "0.2"]) as world:
        yield world


class SouthMeter:
    """Twenty samples a second of what it measures."""

    def __init__(self, port: int) -> None:
        self.power_w = 4.0
        self._over = threading.Event()
        self._address = f"http://127.0.0.1:{port}/meter/{METERED}"
        self._thread = threading.Thread(target=self._send, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join(10)

    def _send(self) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            while not self._over.wait(0.05):
                each = self.power_w / 3
                sample = {"power_w": [each] * 3, "current_a": [each / 230] * 3, "voltage_v": [230, 230, 230]}
                answer = client.post(self._address, json=sample)
                assert answer.status_code in {200, 202}, answer.text


def opened(world: World, name: str, charge_point_id: str) -> tuple[Site, Person, Person]:
    """A location of this one charger, and two drivers."""

    def knocks() -> bool:
        return charge_point_id in str(world.admin.do("GET", "chargepoint?unknown=true")["unknown"])

    wait_for(knocks, 15, f"{charge_point_id} is shown to the admin, who adopts it")
    site = Site(name, "one", charge_point_id, "")
    world.admin.do("PUT", site.path, {"name": name, "settings": SETTINGS})
    world.admin.do("PUT", f"chargepoint/{charge_point_id}", {"connectors": {"1": f"{name}:one"}})
    wait_for(lambda: world.charger(site)["state"] == "available", 15, "it is connected and free")
    return site, world.driver(f"{name}-1"), world.driver(f"{name}-2")


def accept(site: Site, who: Person) -> None:
    offer = wait_for(lambda: who.offer(site.location_id), 15, f"{who.username} is offered the charger")
    who.do("POST", f"{site.path}/queue/offer", {"action": "accept", "session_id": offer["session_id"]})


def test_in_a_vendors_cloud(world: World, cloud: CloudServer, background: Background):
    def connector() -> Connector:
        return cloud.cloud.connector(IN_CLOUD)

    site, first, second = opened(world, "cloudy", IN_CLOUD)
    for who in (first, second):
        who.do("POST", f"{site.path}/queue")
    accept(site, first)
    assert world.charger(site)["enforcement"] == "power"
    wait_for(lambda: connector().settings.mode == "Off", why="it gives nothing while it is held")

    # A stranger: seen, and gets nothing.
    background.call(lambda: connector().plug(car()))
    wait_for(lambda: world.charger(site)["plugged"], why="the stranger's plug is seen")
    assert connector().session is None
    background.call(lambda: connector().unplug())
    wait_for(lambda: not world.charger(site)["plugged"], why="the stranger is gone")
    assert first.offer(site.location_id), "the hold survives strangers"

    background.call(lambda: connector().plug(car()))
    wait_for(lambda: world.charger(site)["plugged"], why="the plug is seen")
    first.do("POST", f"{site.charger_path}/start_charging")
    wait_for(lambda: first.state == "connected_charging", 15, "the session runs")
    wait_for(lambda: connector().state == "full", 40, "the car is full")
    wait_for(lambda: first.state == "connected_full", 15, "which is seen")

    background.call(lambda: setattr(connector().car, "need_wh", 6))
    wait_for(lambda: first.state == "connected_charging", 15, "a top-up goes on with the session")
    wait_for(lambda: connector().state == "full", 40, "the car is full again")
    wait_for(lambda: first.state == "connected_full", 15, "which is seen")
    assert second.state == "in_queue"
    background.call(lambda: connector().unplug())
    wait_for(lambda: second.offer(site.location_id), 15, "the second is offered the charger")

    charged, offered = world.sessions(site)
    assert (charged["user"]["username"], charged["end_reason"]) == (first.username, "unplugged")
    assert charged["energy_wh"] == 6
    assert charged["session_type"] == "3-phase"
    assert charged["transaction_id"] == str(cloud.cloud.sessions[-1].number)
    assert offered["user"]["username"] == second.username


def test_with_nothing_but_a_meter(world: World, meter_port: int):
    with SouthMeter(meter_port) as meter:
        site, first, second = opened(world, "metered", METERED)
        for who in (first, second):
            who.do("POST", f"{site.path}/queue")
        accept(site, first)
        assert world.charger(site)["enforcement"] == "presumed"

        # A stranger cannot be refused: presumed to be the holder, until the holder says no.
        meter.power_w = 3680
        wait_for(lambda: first.state == "connected_charging", 15, "somebody charges: presumably the first")
        first.do("POST", f"{site.charger_path}/not_me")
        assert first.state == "in_queue"
        meter.power_w = 4
        accept(site, first)

        meter.power_w = 22_080
        wait_for(lambda: first.state == "connected_charging", 15, "the session runs")
        wait_for(lambda: world.sessions(site)[-1]["energy_wh"] >= 3, 15, "the car has drawn something")
        meter.power_w = 20  # More than an empty charger takes: the car is still there.
        wait_for(lambda: first.state == "connected_full", 15, "the car is full")
        meter.power_w = 3680
        wait_for(lambda: first.state == "connected_charging", 15, "a top-up goes on with the session")
        meter.power_w = 4
        wait_for(lambda: second.offer(site.location_id), 20, "the second is offered the charger")

    stranger, charged, offered = world.sessions(site)
    assert stranger["user"] is None
    assert charged["user"]["username"] == first.username
    assert charged["end_reason"] == "unplugged"
    assert charged["energy_wh"] > 0
    assert charged["session_type"] == "3-phase"
    assert offered["user"]["username"] == second.username

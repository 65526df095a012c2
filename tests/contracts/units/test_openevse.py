"""What only OpenEVSE does: noise on the line, lost lines, limits that are clamped, restarts, faults, old modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from ocpp_bridge.units.openevse.rapi_frames import Frame, written
from standalone.ports import free_ports
from tests.contracts.units.conftest import Lot
from tests.contracts.units.stage import UNIT
from tests.contracts.units.stages import OpenEvseStage
from tests.e2e.world import wait_for
from tests.fakes.background import Background
from tests.fakes.bridge_api import FakeApi
from tests.fakes.bridge_in_process import BridgeInProcess
from tests.fakes.openevse.rapi import RapiUnit, TcpUnit
from tests.fakes.openevse.unit import OpenEvse
from tests.fakes.openevse.wifi import WifiUnit


@pytest.fixture
def way(background: Background) -> Iterator[TcpUnit]:
    (port,) = free_ports(1)
    way = TcpUnit(RapiUnit(OpenEvse()), port)
    background.run(way.start())
    yield way
    background.run(way.stop())


@pytest.fixture
def stage(background: Background, way: TcpUnit) -> OpenEvseStage:
    return OpenEvseStage(background, way, "openevse-rapi")


def _limits_said(way: TcpUnit) -> list[str]:
    return [order for order in way.unit.orders if order.startswith("SC")]


def test_noise_damage_and_lines_of_its_own_between_question_and_answer_change_nothing(idle: Lot, way: TcpUnit) -> None:
    way.rapi.noise = b"ESP: wifi rssi -60\r\n$OK 99 99^00\r$AT 0"
    idle.stage.plug()
    idle.stage.charge(500)
    idle.until_charged(500)
    idle.stage.full()
    idle.stage.unplug()
    idle.until_status("available")
    assert len(idle.told("transaction_started", "transaction_ended")) == 2


def test_a_unit_that_tells_nothing_by_itself_is_asked(idle: Lot, way: TcpUnit) -> None:
    way.rapi.tells = False
    idle.stage.plug()
    idle.until_status("preparing")
    idle.stage.charge(500)
    idle.until_charged(500)
    idle.stage.full()
    idle.until_status("suspended_ev")
    idle.stage.unplug()
    idle.until_status("available")


def test_a_flood_of_good_lines_and_one_without_end_are_taken_a_few_at_a_time(idle: Lot, way: TcpUnit) -> None:
    idle.stage.plug()
    idle.until_status("preparing")
    way.rapi.noise = written(Frame(("AT", "02", "02", "10", "0000"))) * 3000 + b"$" + b"A" * 100_000 + b"\r"
    idle.stage.charge(100)
    idle.until("transaction_started")
    way.rapi.noise = b""
    idle.stage.charge(400)
    idle.until_charged(500)
    idle.stage.unplug()
    idle.until_status("available")
    assert len(idle.told("transaction_started", "transaction_ended")) == 2


def test_of_two_who_set_a_limit_at_once_each_reads_back_their_own(idle: Lot, way: TcpUnit) -> None:
    limits = (8, 10, 12)
    asked = [idle.bridge.command("settings", UNIT, connector=1, values={"limit_a": limit}) for limit in limits]
    answers = [idle.api.wait_for_result(command_id)[0]["response"] for command_id in asked]
    assert [one["values"]["limit_a"] for one in answers] == list(limits)
    assert {one["told"]["limit_a"]["state"] for one in answers} == {"confirmed"}
    assert way.unit.limit_a in limits


def test_a_limit_beyond_what_it_can_is_clamped_and_told_so(idle: Lot, way: TcpUnit) -> None:
    for asked, taken in ((99, 32), (2, 6)):
        answer = idle.do("settings", connector=1, values={"limit_a": asked})
        assert answer["response"]["told"]["limit_a"]["state"] == "differs"
        assert answer["response"]["values"]["limit_a"] == taken == way.unit.limit_a


def test_a_limit_outlives_the_units_restart_without_wearing_its_memory_out(
    idle: Lot, background: Background, way: TcpUnit
) -> None:
    idle.do("settings", connector=1, values={"limit_a": 10})
    background.call(way.unit.restart)
    idle.until("boot", 2)
    wait_for(lambda: way.unit.limit_a == 10, why="it is set anew")
    answer = idle.do("settings", connector=1, values={"limit_a": None})
    assert answer["response"]["values"]["limit_a"] == 32 == way.unit.limit_a
    assert all(line.split(b"^")[0].split(b" :")[0].endswith(b" V") for line in way.rapi.received if b"$SC" in line)
    assert _limits_said(way) == ["SC 10", "SC 10", "SC 32"]


def test_a_unit_that_restarts_gives_no_power_where_it_is_held(idle: Lot, background: Background, way: TcpUnit) -> None:
    idle.hold()
    background.call(way.unit.restart)
    idle.until("boot", 2)
    wait_for(lambda: way.unit.off, why="it is put to sleep again")


def test_it_can_be_restarted_from_afar(idle: Lot, way: TcpUnit) -> None:
    assert idle.do("ocpp", action="Reset", payload={"type": "Soft"})["outcome"] == "accepted"
    idle.until("boot", 2)
    assert way.unit.boots == 1


def test_a_unit_that_will_not_sleep_says_so_and_is_asked_again(idle: Lot, way: TcpUnit) -> None:
    way.rapi.refuses = {"FS"}
    answer = idle.hold()
    assert (answer["outcome"], answer["answer"]) == ("rejected", "NK")
    way.rapi.refuses = set()
    idle.hold(reservation_id=8)
    idle.until_power(on=False)


def test_a_fault_is_told_by_its_word(idle: Lot, background: Background, way: TcpUnit) -> None:
    background.call(way.unit.break_down)
    idle.until_status("faulted")
    assert idle.until("status")["error_code"] == "NoGround"
    background.call(way.unit.mend)
    idle.until_status("available")


def test_a_unit_that_falls_silent_is_lost_and_found_again(
    idle: Lot, way: TcpUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocpp_bridge.units.openevse.rapi_driver.ANSWER_S", 0.05)
    way.rapi.deaf = True
    idle.api.wait_for(lambda api: not api.of_kind("connection")[-1]["connected"])
    assert idle.do("settings", connector=1, values={})["outcome"] == "not_connected"
    way.rapi.deaf = False
    idle.api.wait_for(lambda api: api.of_kind("connection")[-1]["connected"])


@pytest.fixture
def module(background: Background) -> Iterator[WifiUnit]:
    """A WiFi module as it was before it had a WebSocket."""
    (port,) = free_ports(1)
    module = WifiUnit(OpenEvse(), port, has_socket=False)
    background.run(module.start())
    yield module
    background.run(module.stop())


@pytest.fixture
def wifi(background: Background, api: FakeApi, tmp_path: Path, module: WifiUnit) -> Iterator[Lot]:
    stage = OpenEvseStage(background, module, "openevse-wifi")
    bridge = BridgeInProcess(background, api, tmp_path, stage.entry)
    bridge.start()
    lot = Lot(api, stage, bridge)
    lot.until_status("available")
    yield lot
    bridge.stop()


def test_a_wifi_module_without_websocket_is_asked(wifi: Lot) -> None:
    wifi.stage.plug()
    wifi.stage.charge(500)
    wifi.until_charged(500)


@pytest.mark.parametrize("status", [401, 500, 503])
def test_a_wifi_module_that_lets_nobody_in_is_lost_until_it_does(wifi: Lot, module: WifiUnit, status: int) -> None:
    module.says = web.Response(status=status)
    wifi.api.wait_for(lambda api: not api.of_kind("connection")[-1]["connected"])
    module.says = None
    wifi.api.wait_for(lambda api: api.of_kind("connection")[-1]["connected"])


@pytest.mark.parametrize("text", [b"", b"<html>", b"[1]", b'{"state": "x", "amp": {}}', b"[" * 10_000, b"\xff"])
def test_nonsense_from_a_wifi_module_changes_nothing(wifi: Lot, module: WifiUnit, text: bytes) -> None:
    told = len(wifi.api.applied)
    module.says = web.Response(status=200, body=text)
    answer = wifi.do("settings", connector=1, values={})
    assert answer["response"]["values"] == {"enabled": True, "limit_a": 32}
    module.says = None
    wifi.stage.plug()
    wifi.until_status("preparing")
    assert [event["kind"] for event in wifi.api.applied[told:]] == ["command_result", "status"]

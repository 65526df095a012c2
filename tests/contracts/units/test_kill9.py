"""The bridge's process is killed in the middle of every step of a unit's charges: nobody could tell afterwards."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from standalone.ports import free_ports
from tests.contracts.units.conftest import TAG, Lot
from tests.contracts.units.stage import UNIT, Stage
from tests.e2e.world import wait_for
from tests.fakes.background import Background
from tests.fakes.bridge_api import TOKEN, FakeApi
from tests.fakes.bridge_in_process import SECRET, BridgeInProcess

pytestmark = pytest.mark.fuzz
CHARGES = 2


class BridgeProcess(BridgeInProcess):
    """The same as a process of its own, which can be killed."""

    def __init__(self, background: Background, api: FakeApi, folder: Path, units: str) -> None:
        super().__init__(background, api, folder, units)
        (folder / "token").write_text(TOKEN)
        (self._control,) = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def control_port(self) -> int:
        return self._control

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "ocpp_bridge", "--listen", "127.0.0.1:0", "--control",
                f"127.0.0.1:{self._control}", "--api", self._api.root, "--token-file", self._folder / "token",
                "--spool", self._folder / "spool.db", "--bridge-id", "b1", "--units", self._units,
                "--meter-post-s", "0.05",
            ],
            env={**os.environ, "KILOWAIT_CONTROL_SECRET": SECRET},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@pytest.fixture
def lot(background: Background, api: FakeApi, stage: Stage, tmp_path: Path) -> Iterator[Lot]:
    bridge = BridgeProcess(background, api, tmp_path, stage.entry)
    bridge.start()
    yield Lot(api, stage, bridge)
    bridge.stop()


def _killed_in(lot: Lot, step: Callable[[], None], chance: random.Random) -> None:
    step()
    time.sleep(chance.uniform(0, 0.9))
    lot.bridge.stop()
    lot.bridge.start()


def test_charges_begin_and_end_once_with_their_energy_whenever_the_bridge_is_killed(idle: Lot) -> None:
    chance = random.Random(8)
    stage, api = idle.stage, idle.api

    def seen(kind: str, count: int) -> Callable[[], bool]:
        return lambda: len(api.of_kind(kind)) >= count

    for number in range(1, CHARGES + 1):
        _killed_in(idle, stage.plug, chance)
        _killed_in(idle, lambda: stage.charge(500), chance)
        wait_for(seen("transaction_started", number), 30, "the charge begins")
        _killed_in(idle, lambda: stage.charge(500), chance)
        _killed_in(idle, stage.full, chance)
        _killed_in(idle, stage.unplug, chance)
        wait_for(seen("transaction_ended", number), 30, "the charge ends")
        wait_for(lambda: api.of_kind("status")[-1]["status"] == "available", 30, "it is free again")
    began, ended = api.of_kind("transaction_started"), api.of_kind("transaction_ended")
    assert [one["transaction_id"] for one in began] == [one["transaction_id"] for one in ended]
    assert len(began) == CHARGES
    assert stage.gives_power()
    drawn = [end["meter_stop_wh"] - start["meter_start_wh"] for start, end in zip(began, ended, strict=True)]
    if stage.switches_power:  # What a meter sends while nobody listens is lost.
        assert all(abs(each - 1000) <= stage.resolution_wh for each in drawn), drawn
    assert all(0 <= each <= 1000 + stage.resolution_wh for each in drawn), drawn


def test_no_unit_is_left_without_power_by_a_bridge_that_is_killed_during_a_hold(idle: Lot) -> None:
    if not idle.stage.switches_power:
        pytest.skip("nothing can be refused here")
    chance = random.Random(8)
    for number in range(1, 4):
        hold = {"connector": 1, "reservation_id": number, "tag": TAG}
        idle.bridge.command("hold", UNIT, until="2099-01-01T00:00:00Z", **hold)
        time.sleep(chance.uniform(0, 0.3))
        idle.bridge.stop()
        idle.bridge.start()
        idle.api.wait_for_kind("boot", number + 1, 30)
        idle.bridge.command("release", UNIT, **hold)
        wait_for(idle.stage.gives_power, 30, "it gives power again")
        wait_for(lambda: idle.api.of_kind("status")[-1]["status"] == "available", 30, "it is free")

"""The bridge is killed after a setting was written and before it was read back: what is so can be read afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.chargeamps_cloud.faults import Fault
from tests.contracts.units.chargeamps_stage import ChargeAmpsStage
from tests.contracts.units.conftest import Lot
from tests.contracts.units.stage import UNIT, Stage
from tests.contracts.units.stages import STAGES, OpenEvseStage
from tests.contracts.units.test_kill9 import BridgeProcess
from tests.e2e.world import wait_for
from tests.fakes.background import Background
from tests.fakes.bridge_api import FakeApi
from tests.fakes.openevse.rapi import TcpUnit

WRITTEN_A = 10


@pytest.fixture(params=["openevse-rapi-tcp", "chargeamps"])
def stage(request: pytest.FixtureRequest, background: Background, tmp_path: Path) -> Iterator[Stage]:
    with STAGES[request.param](background, tmp_path) as stage:
        yield stage


@pytest.fixture
def lot(background: Background, api: FakeApi, stage: Stage, tmp_path: Path) -> Iterator[Lot]:
    bridge = BridgeProcess(background, api, tmp_path, stage.entry)
    bridge.start()
    yield Lot(api, stage, bridge)
    bridge.stop()


def _never_reads_back(stage: Stage) -> Callable[[], None]:
    """From the moment it has taken the limit the unit answers nothing; until what is returned is called."""
    if isinstance(stage, OpenEvseStage):
        way = stage.way
        assert isinstance(way, TcpUnit)
        take = way.unit.set_limit

        def taken(amperes: int) -> int:
            way.rapi.deaf = True
            return take(amperes)

        def heard_again() -> None:
            way.rapi.deaf = False
            way.unit.set_limit = take  # type: ignore[method-assign]

        way.unit.set_limit = taken  # type: ignore[method-assign]
        return heard_again
    assert isinstance(stage, ChargeAmpsStage)
    faults, met = stage.cloud.faults, stage.cloud.faults.next
    faults.next = lambda path: (  # type: ignore[method-assign]
        Fault("slow", delay_s=2) if stage.limit_a() == WRITTEN_A else met(path)
    )

    def well() -> None:
        faults.next = met  # type: ignore[method-assign]

    return well


def test_a_setting_of_which_the_bridge_died_is_told_and_can_be_read(idle: Lot, background: Background) -> None:
    well = background.call(lambda: _never_reads_back(idle.stage))
    command_id = idle.bridge.command("settings", UNIT, connector=1, values={"limit_a": WRITTEN_A})
    wait_for(lambda: idle.stage.limit_a() == WRITTEN_A, why="the unit has taken it")
    assert not [one for one in idle.api.of_kind("command_result") if one["command_id"] == command_id]
    idle.bridge.stop()
    background.call(well)
    idle.bridge.start()
    (told,) = idle.api.wait_for_result(command_id)
    assert (told["outcome"], told["answer"]) == ("failed", "restarted")
    idle.until("boot", 2)
    read = idle.do("settings", connector=1, values={})
    assert read["outcome"] == "accepted"
    assert read["response"]["values"]["limit_a"] == WRITTEN_A == idle.stage.limit_a()
    assert len([one for one in idle.api.of_kind("command_result") if one["command_id"] == command_id]) == 1

"""Another car where the link found one again: OpenEVSE names no sessions, but its counters tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.units.conftest import Lot
from tests.contracts.units.stage import Stage
from tests.contracts.units.stages import STAGES, OpenEvseStage
from tests.fakes.background import Background

WAYS = [name for name in STAGES if name.startswith("openevse-")]


@pytest.fixture(params=WAYS)
def stage(request: pytest.FixtureRequest, background: Background, tmp_path: Path) -> Iterator[Stage]:
    with STAGES[request.param](background, tmp_path) as stage:
        yield stage


@pytest.fixture
def charging(idle: Lot) -> Lot:
    """A car has drawn 800 Wh, and then the link is lost."""
    idle.stage.plug()
    idle.stage.charge(800)
    idle.until_charged(800)
    idle.stage.vanish()
    idle.api.wait_for(lambda api: not api.of_kind("connection")[-1]["connected"])
    return idle


def _energies_wh(lot: Lot) -> list[int]:
    began, ended = lot.api.of_kind("transaction_started"), lot.api.of_kind("transaction_ended")
    return [end["meter_stop_wh"] - start["meter_start_wh"] for start, end in zip(began, ended, strict=True)]


def test_a_car_swapped_while_the_link_was_gone_is_another_charge(charging: Lot) -> None:
    charging.stage.charge(100)
    charging.stage.unplug()
    charging.stage.plug()
    charging.stage.charge(300)
    charging.stage.return_()
    charging.until("transaction_started", 2)
    charging.until_status("available", "charging")
    charging.stage.unplug()
    charging.until("transaction_ended", 2)
    assert _energies_wh(charging) == [900, 300]


def test_a_car_swapped_for_one_that_has_not_drawn_yet_ends_the_charge(charging: Lot) -> None:
    charging.stage.unplug()
    charging.stage.plug()
    charging.stage.return_()
    charging.until("transaction_ended")
    charging.until_status("available", "preparing")
    charging.stage.charge(50)
    charging.until("transaction_started", 2)
    charging.stage.unplug()
    charging.until("transaction_ended", 2)
    assert _energies_wh(charging) == [800, 50]


def test_a_unit_that_was_without_power_for_a_moment_has_the_same_car(charging: Lot, background: Background) -> None:
    assert isinstance(charging.stage, OpenEvseStage)
    background.call(charging.stage.unit.lose_power)
    charging.stage.return_()
    charging.stage.charge(200)
    charging.until_charged(1000)
    charging.stage.unplug()
    charging.until("transaction_ended")
    assert _energies_wh(charging) == [1000]

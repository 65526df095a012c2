"""A charge point of a vendor's cloud that has got another connector: taken as it is now as soon as nobody charges."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.chargeamps_cloud.connector import Connector
from tests.contracts.units.chargeamps_stage import ChargeAmpsStage, chargeamps
from tests.contracts.units.conftest import Lot
from tests.contracts.units.stage import UNIT
from tests.fakes.background import Background


@pytest.fixture
def stage(background: Background, tmp_path: Path) -> Iterator[ChargeAmpsStage]:
    with chargeamps(background, tmp_path) as stage:
        assert isinstance(stage, ChargeAmpsStage)
        yield stage


def _add_another(stage: ChargeAmpsStage) -> None:
    point = stage.cloud.charge_point(UNIT)
    point.connectors[2] = Connector(UNIT, 2, point.opened, point.now)


def _told_of(lot: Lot, connector: int) -> list[str]:
    return [event["status"] for event in lot.api.of_kind("status") if event["connector"] == connector]


def test_another_connector_is_told_of_without_a_restart_of_the_bridge(
    idle: Lot, stage: ChargeAmpsStage, background: Background
) -> None:
    background.call(lambda: _add_another(stage))
    idle.api.wait_for(lambda _: _told_of(idle, 2) == ["available"])
    answer = idle.do("settings", connector=2, values={"limit_a": 10})
    assert (answer["outcome"], answer["response"]["values"]["limit_a"]) == ("accepted", 10)


def test_a_charge_goes_on_and_ends_before_the_other_connector_is_taken(
    idle: Lot, stage: ChargeAmpsStage, background: Background
) -> None:
    stage.plug()
    stage.charge(500)
    idle.until("transaction_started")
    polls = len(idle.api.of_kind("meter"))
    background.call(lambda: _add_another(stage))
    idle.api.wait_for(lambda api: len(api.of_kind("meter")) > polls + 4)
    assert _told_of(idle, 2) == []
    stage.unplug()
    ended = idle.until("transaction_ended")
    idle.api.wait_for(lambda _: _told_of(idle, 2) == ["available"])
    assert ended["transaction_id"] == idle.until("transaction_started")["transaction_id"]
    assert len(idle.api.of_kind("transaction_started")) == 1

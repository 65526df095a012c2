"""A link that is lost and found again at any stage of a charge: what follows is the same charge, told once."""

import pytest

from tests.contracts.units.conftest import TAG, Lot

STAGES = ("free", "held", "plugged", "started", "charging", "full")


def _lose(lot: Lot) -> None:
    before = len(lot.api.of_kind("connection"))
    lot.stage.vanish()
    lot.api.wait_for(lambda api: len(api.of_kind("connection")) > before)
    lot.stage.return_()
    lot.api.wait_for(lambda api: api.of_kind("connection")[-1]["connected"] and len(api.of_kind("connection")) > before)


@pytest.mark.parametrize("lost_at", STAGES)
def test_a_link_lost_at_this_stage_changes_nothing(idle: Lot, lost_at: str) -> None:
    def reached(stage: str) -> None:
        if stage == lost_at:
            _lose(idle)

    if not idle.stage.switches_power:
        pytest.skip("nobody can be held for here")
    reached("free")
    idle.api.add_hold("EVSE-1", 1, TAG, reservation_id=7)
    idle.hold()
    reached("held")
    idle.stage.plug()
    idle.until_status("preparing")
    reached("plugged")
    assert not idle.stage.gives_power()
    assert idle.start()["outcome"] == "accepted"
    reached("started")
    assert idle.until("transaction_started")["tag"] == TAG
    idle.stage.charge(1200)
    idle.until_charged(1200 - idle.stage.resolution_wh)
    reached("charging")
    idle.stage.full()
    idle.until_status("suspended_ev")
    reached("full")
    idle.stage.unplug()
    idle.until_status("available")
    (started,), (ended,) = idle.api.of_kind("transaction_started"), idle.api.of_kind("transaction_ended")
    assert started["transaction_id"] == ended["transaction_id"]
    assert abs(ended["meter_stop_wh"] - started["meter_start_wh"] - 1200) <= idle.stage.resolution_wh
    assert len(idle.api.of_kind("boot")) == 1

"""A charge at every kind of unit, as the API hears of it: each edge once, all energy, whatever breaks meanwhile."""

from tests.contracts.units.conftest import Lot


def _energy_wh(lot: Lot) -> int:
    start, end = lot.until("transaction_started"), lot.until("transaction_ended")
    assert start["transaction_id"] == end["transaction_id"]
    return int(end["meter_stop_wh"] - start["meter_start_wh"])


def _is_about(lot: Lot, measured_wh: int, expected_wh: int) -> bool:
    return abs(measured_wh - expected_wh) <= lot.stage.resolution_wh


def test_a_unit_says_who_it_is_before_anything_else(idle: Lot) -> None:
    boot = idle.api.of_kind("boot")[0]
    assert [event["kind"] for event in idle.api.applied[:3]] == ["connection", "boot", "status"]
    assert boot["protocol"]
    assert boot["enforcement"] == ("power" if idle.stage.switches_power else "presumed")
    assert ("start" in boot["commands"]) is idle.stage.switches_power
    assert ("limit_a" in boot["settings"]) is (idle.stage.limit_a() is not None)


def test_a_charge_is_told_from_plug_to_plug(idle: Lot) -> None:
    idle.stage.plug()
    if idle.stage.sees_a_plug:
        idle.until_status("preparing")
    idle.stage.charge(1500)
    idle.until_charged(1500 - idle.stage.resolution_wh)
    idle.stage.full()
    idle.until_status("suspended_ev")
    idle.stage.charge(250)
    idle.until_charged(1750 - 2 * idle.stage.resolution_wh)
    idle.stage.full()
    idle.stage.unplug()
    idle.until_status("available")
    assert _is_about(idle, _energy_wh(idle), 1750)
    told = idle.told()
    assert told.count("transaction_started") == told.count("transaction_ended") == 1
    assert told.index("transaction_started") < told.index("charging") < told.index("transaction_ended")
    assert told[-2:] == ["transaction_ended", "available"]


def test_two_cars_are_two_charges(idle: Lot) -> None:
    for number, energy_wh in enumerate((700, 900), start=1):
        idle.stage.plug()
        idle.stage.charge(energy_wh)
        idle.until("transaction_started", number)
        idle.until_charged(energy_wh - idle.stage.resolution_wh)
        idle.stage.full()
        idle.stage.unplug()
        idle.until("transaction_ended", number)
    starts, ends = idle.api.of_kind("transaction_started"), idle.api.of_kind("transaction_ended")
    drawn = [end["meter_stop_wh"] - start["meter_start_wh"] for start, end in zip(starts, ends, strict=True)]
    assert all(_is_about(idle, *pair) for pair in zip(drawn, (700, 900), strict=True)), drawn
    assert starts[0]["transaction_id"] != starts[1]["transaction_id"]


def test_a_charge_goes_on_over_a_restart_of_the_bridge(idle: Lot) -> None:
    idle.stage.plug()
    idle.stage.charge(400)
    idle.until_charged(400 - idle.stage.resolution_wh)
    idle.bridge.stop()
    idle.stage.charge(300)
    idle.bridge.start()
    idle.until("boot", 2)
    idle.until_charged(700 - 2 * idle.stage.resolution_wh)
    idle.stage.full()
    idle.stage.unplug()
    idle.until_status("available")
    assert len(idle.api.of_kind("transaction_started")) == 1
    assert _is_about(idle, _energy_wh(idle), 700)


def test_a_car_that_leaves_while_the_bridge_is_down_ends_its_charge_once(idle: Lot) -> None:
    idle.stage.plug()
    idle.stage.charge(400)
    idle.until_charged(400 - idle.stage.resolution_wh)
    idle.bridge.stop()
    idle.stage.full()
    idle.stage.unplug()
    idle.bridge.start()
    idle.until_status("available")
    assert _is_about(idle, _energy_wh(idle), 400)
    assert len(idle.api.of_kind("transaction_ended")) == 1


def test_a_lost_link_is_told_and_ends_no_charge(idle: Lot) -> None:
    idle.stage.plug()
    idle.stage.charge(400)
    idle.until_charged(400 - idle.stage.resolution_wh)
    idle.stage.vanish()
    idle.api.wait_for(lambda api: [one["connected"] for one in api.of_kind("connection")] == [True, False])
    idle.stage.charge(200)
    idle.stage.return_()
    idle.api.wait_for(lambda api: [one["connected"] for one in api.of_kind("connection")] == [True, False, True])
    idle.until_charged(600 - 2 * idle.stage.resolution_wh)
    idle.stage.full()
    idle.stage.unplug()
    idle.until_status("available")
    assert len(idle.api.of_kind("transaction_started")) == len(idle.api.of_kind("transaction_ended")) == 1
    assert _is_about(idle, _energy_wh(idle), 600)
    assert len(idle.api.of_kind("boot")) == 1, "it did not restart"


def test_a_car_that_leaves_while_the_link_is_gone_is_told_afterwards(idle: Lot) -> None:
    idle.stage.plug()
    idle.stage.charge(400)
    idle.until_charged(400 - idle.stage.resolution_wh)
    idle.stage.vanish()
    idle.stage.full()
    idle.stage.unplug()
    idle.stage.return_()
    idle.until_status("available")
    assert _is_about(idle, _energy_wh(idle), 400)


def test_while_the_api_is_away_everything_waits_in_order(idle: Lot) -> None:
    idle.api.stop()
    idle.stage.plug()
    idle.stage.charge(400)
    idle.bridge.stop()
    idle.bridge.start()
    idle.api.start()
    idle.until("transaction_started")
    idle.until_charged(400 - idle.stage.resolution_wh)
    idle.stage.full()
    idle.stage.unplug()
    idle.until("transaction_ended")
    assert [event["seq"] for event in idle.api.applied] == sorted({event["seq"] for event in idle.api.applied})
    assert len(idle.api.of_kind("transaction_started")) == 1

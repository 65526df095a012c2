import asyncio
import itertools

import pytest

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.unit.person import NotPossible
from simulator.unit.settings import Settings
from simulator.unit.unit import UnknownConnector
from tests.unit.simulator.central import total_wh

pytestmark = pytest.mark.anyio


def car(need_wh=20_000):
    return Car(battery_wh=50_000, need_wh=need_wh, max_power_w=11_000)


async def test_a_charge_point_boots_then_tells_the_state_of_every_connector(central):
    settings = Settings(central=central.address, connectors=2, vendor="Acme", model="One", password="s3cret")
    async with ChargePoint("CP/1", settings) as charge_point:
        assert await charge_point.booted()
        assert [message.action for message in central.heard] == ["BootNotification"] + ["StatusNotification"] * 3
        assert (central.heard[0].charge_point_vendor, central.heard[0].charge_point_model) == ("Acme", "One")
        assert [central.statuses(number) for number in (0, 1, 2)] == [["Available"]] * 3
        assert central.authorizations == ["Basic Q1AvMTpzM2NyZXQ="]
        assert list(central.sessions) == ["CP%2F1"]
        assert charge_point.view()["connection"] == {"state": "connected", "last_error": None}


async def test_a_whole_charge_from_plug_to_unplug(central, charge_point):
    charge_point.plug(1, car(need_wh=6))
    assert await charge_point.settled()
    assert await charge_point.tap(1, "ALICE") == "started"
    assert await charge_point.settled()
    running = charge_point.connector(1)
    assert (running["status"], running["transaction_id"], running["last_start_status"]) == ("Charging", 100, "Accepted")
    assert running["power_w"] == 11_000

    await central.shown("SuspendedEV")
    full = charge_point.connector(1)
    assert (full["energy_wh"], full["power_w"], full["car"]["full"]) == (6, 0, True)
    assert full["transaction"]["energy_wh"] == 6

    charge_point.unplug(1)
    assert await charge_point.settled()
    assert central.statuses() == ["Available", "Preparing", "Charging", "SuspendedEV", "Available"]
    [start], [stop] = central.of("StartTransaction"), central.of("StopTransaction")
    assert (start.id_tag, start.meter_start, start.connector_id) == ("ALICE", 0, 1)
    assert (stop.transaction_id, stop.meter_stop, stop.reason) == (100, 6, "EVDisconnected")
    assert start.timestamp < stop.timestamp
    ended = charge_point.connector(1)
    assert (ended["transaction"], ended["plugged"], ended["energy_wh"]) == (None, False, 6)
    assert ended["last_transaction"]["meter_stop_wh"] == 6
    assert central.errors_sent == []


async def test_meter_values_name_the_transaction_and_never_fall(central, charge_point):
    charge_point.plug(1, car())
    await charge_point.tap(1, "ALICE")
    await central.hears("MeterValues", 2)
    heard = central.of("MeterValues")
    assert {message.transaction_id for message in heard} == {100}
    totals = [total_wh(message) for message in heard]
    # 11 kW for a second and for two.
    assert 2 <= totals[0] <= 6
    assert all(earlier < later for earlier, later in itertools.pairwise(totals))
    samples = {sample["measurand"]: sample for sample in heard[0].meter_value[0]["sampled_value"]}
    assert samples["Power.Active.Import"]["value"] == "11000"
    assert samples["Current.Import"]["value"] == "15.9"
    assert samples["SoC"]["value"] == "60"


async def test_the_same_tag_stops_and_the_connector_is_finishing_until_the_plug_is_out(central, charge_point):
    charge_point.plug(1, car())
    await charge_point.tap(1, "ALICE")
    assert await charge_point.tap(1, "alice") == "stopped"
    assert await charge_point.settled()
    assert (await central.hears("StopTransaction")).reason == "Local"
    assert len(central.of("Authorize")) == 1
    charge_point.unplug(1)
    await central.shown("Preparing", "Charging", "Finishing", "Available")


async def test_only_a_tag_of_the_same_group_stops_anothers_charge(central, charge_point):
    central.tags = {"A1": ("Accepted", "A"), "A2": ("Accepted", "A"), "B1": ("Accepted", "B"), "C": ("Accepted", None)}
    charge_point.plug(1, car())
    await charge_point.tap(1, "A1")
    await charge_point.settled()
    assert [await charge_point.tap(1, tag) for tag in ("B1", "C", "X", "A2")] == ["refused"] * 3 + ["stopped"]
    assert (await central.hears("StopTransaction")).id_tag == "A2"


async def test_a_refused_tag_starts_nothing(central, charge_point):
    central.tags["BOB"] = ("Blocked", None)
    charge_point.plug(1, car())
    assert await charge_point.tap(1, "BOB") == "refused"
    assert await charge_point.settled()
    connector = charge_point.connector(1)
    assert (connector["status"], connector["last_authorize_status"]) == ("Preparing", "Blocked")
    assert central.of("StartTransaction") == []


async def test_a_tag_refused_at_the_start_ends_the_transaction_without_energy(central, charge_point):
    central.refused_at_start = {"ALICE"}
    charge_point.plug(1, car())
    await charge_point.tap(1, "ALICE")
    assert await charge_point.settled()
    stop = await central.hears("StopTransaction")
    assert (stop.reason, stop.transaction_id, stop.meter_stop) == ("DeAuthorized", 100, 0)
    connector = charge_point.connector(1)
    assert (connector["status"], connector["last_start_status"]) == ("Finishing", "Blocked")


async def test_a_tap_waits_for_the_plug(central, charge_point):
    assert await charge_point.tap(1, "ALICE") == "awaiting_plug"
    await central.shown("Available", "Preparing")
    charge_point.plug(1, car())
    await central.shown("Preparing", "Charging")
    assert (await central.hears("StartTransaction")).id_tag == "ALICE"


async def test_a_second_tap_takes_the_first_back(central, charge_point):
    await charge_point.tap(1, "ALICE")
    assert await charge_point.tap(1, "ALICE") == "cancelled"
    await central.shown("Available", "Preparing", "Available")


async def test_a_broken_connector_pauses_the_charge_and_goes_on_when_mended(central, charge_point):
    charge_point.plug(1, car())
    await charge_point.tap(1, "ALICE")
    charge_point.fault(1, "GroundFailure")
    await central.shown("Charging", "Faulted")
    assert central.of("StatusNotification")[-1].error_code == "GroundFailure"
    assert charge_point.connector(1)["power_w"] == 0
    assert await charge_point.tap(1, "ALICE") == "stopped"
    charge_point.fault(1, None)
    await central.shown("Faulted", "Finishing")
    charge_point.fault(1, "WeakSignal")
    assert await charge_point.tap(1, "ALICE") == "out_of_order"


async def test_connectors_charge_side_by_side(central):
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2)) as charge_point:
        await charge_point.booted()
        central.tags["BOB"] = ("Accepted", None)
        for number, tag in ((1, "ALICE"), (2, "BOB")):
            charge_point.plug(number, car())
            await charge_point.tap(number, tag)
        await charge_point.settled()
        charge_point.unplug(1)
        assert await charge_point.settled()
        assert [charge_point.connector(number)["status"] for number in (1, 2)] == ["Available", "Charging"]
        assert [stop.transaction_id for stop in central.of("StopTransaction")] == [100]


async def test_what_nobody_could_do_is_refused_in_words(charge_point):
    charge_point.plug(1, car())
    with pytest.raises(NotPossible, match="a car is plugged in at connector 1 already"):
        charge_point.plug(1, car())
    charge_point.unplug(1)
    with pytest.raises(NotPossible, match="no car is plugged in"):
        charge_point.unplug(1)
    with pytest.raises(UnknownConnector):
        await charge_point.tap(2, "ALICE")
    with pytest.raises(ValueError, match="no error code"):
        charge_point.fault(1, "Toaster")


async def test_two_cards_at_once_start_one_transaction(central, charge_point):
    central.tags["BOB"] = ("Accepted", None)
    charge_point.plug(1, car())
    outcomes = await asyncio.gather(charge_point.tap(1, "ALICE"), charge_point.tap(1, "BOB"))
    assert sorted(filter(None, outcomes)) == ["busy", "started"]
    assert await charge_point.settled()
    assert len(central.of("StartTransaction")) == 1

from datetime import UTC, datetime

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.memory.sqlite import SqliteMemory as Store
from simulator.unit.keeping import recall
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


@pytest.fixture(autouse=True)
def quick_reconnection(monkeypatch):
    monkeypatch.setattr("simulator.link.connection.FIRST_DELAY_S", 0.05)
    monkeypatch.setattr("simulator.link.connection.LONGEST_DELAY_S", 0.1)
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0.05)


def moment(text):
    return datetime.fromisoformat(text)


async def test_what_happened_offline_is_told_in_order_with_its_own_times(central, charge_point):
    central.tags["BOB"] = ("Accepted", None)
    await charge_point.tap(1, "BOB")
    await charge_point.tap(1, "ALICE")
    await charge_point.disconnect()
    assert await charge_point.tap(1, "ALICE") == "cancelled"
    charge_point.plug(1, CAR)
    # Known from the authorization cache, and LocalAuthorizeOffline.
    assert await charge_point.tap(1, "ALICE") == "started"
    charge_point.unplug(1)
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, "BOB") == "started"
    assert charge_point.connector(1)["transaction_id"] is None
    assert charge_point.view()["unsent"] == 3
    reconnected_at = datetime.now(UTC)
    before = len(central.heard)

    await charge_point.connect()
    assert await charge_point.booted()
    told = [one for one in central.heard[before:] if one.action.endswith("Transaction")]
    assert [one.action for one in told] == ["StartTransaction", "StopTransaction", "StartTransaction"]
    times = [moment(one.timestamp) for one in told]
    assert times == sorted(times)
    assert times[-1] < reconnected_at
    assert (told[1].transaction_id, charge_point.connector(1)["transaction_id"]) == (100, 101)
    assert charge_point.connector(1)["last_transaction"]["transaction_id"] == 100
    assert central.statuses()[-1] == "Charging"
    assert charge_point.view()["unsent"] == 0


async def test_a_tag_nobody_knows_does_not_start_offline(central, charge_point):
    await charge_point.disconnect()
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, "ALICE") == "refused"
    assert charge_point.connector(1)["status"] == "Preparing"


async def test_a_central_system_that_went_away_is_found_again_without_a_new_boot(central, charge_point):
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    await charge_point.settled()
    await central.close()
    charge_point.unplug(1)
    assert not await charge_point.settled()
    await central.open()
    stop = await central.hears("StopTransaction")
    assert (stop.transaction_id, stop.reason) == (100, "EVDisconnected")
    assert len(central.of("BootNotification")) == 1
    await central.shown("Available")


async def test_a_refused_message_is_sent_again_unchanged_until_it_is_taken(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="TransactionMessageRetryInterval", value="0"))
    central.failures = {"StartTransaction": 2, "StopTransaction": 2}
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    charge_point.unplug(1)
    assert await charge_point.settled()
    for action in ("StartTransaction", "StopTransaction"):
        first, *rest = central.of(action)
        assert [vars(one) for one in rest] == [vars(first)] * 2
    assert [one.transaction_id for one in central.of("StopTransaction")] == [100] * 3


async def test_a_start_given_up_leaves_its_stop_without_an_id(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="TransactionMessageAttempts", value="1"))
    central.failures = {"StartTransaction": 1}
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    charge_point.unplug(1)
    assert await charge_point.settled()
    assert (await central.hears("StopTransaction")).transaction_id == -1


async def test_losing_power_ends_the_transaction_at_that_time(central, charge_point):
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    await charge_point.settled()
    await charge_point.reboot("power_loss")
    booted = await central.hears("BootNotification", 2)
    stop = await central.hears("StopTransaction")
    assert (stop.reason, stop.transaction_id) == ("PowerLoss", 100)
    assert central.heard.index(booted) < central.heard.index(stop)
    assert await charge_point.booted()
    assert charge_point.connector(1)["status"] == "Finishing"


async def test_until_it_is_accepted_it_only_boots(central):
    central.boots = [("Pending", 1), ("Rejected", 1)]
    async with ChargePoint("CP1", Settings(central=central.address)) as charge_point:
        await central.hears("BootNotification")
        charge_point.plug(1, CAR)
        assert not await charge_point.settled()
        await central.hears("BootNotification", 2)
        assert [one.action for one in central.heard] == ["BootNotification"] * 2
        await central.shown("Preparing", seconds=3)
        assert charge_point.view()["boot_status"] == "Accepted"


async def test_everything_is_remembered_by_the_file(central, tmp_path):
    path = str(tmp_path / "state.db")
    store = Store(path)
    async with ChargePoint("CP1", Settings(central=central.address), store=store) as charge_point:
        await charge_point.booted()
        charge_point.plug(1, CAR)
        await charge_point.tap(1, "ALICE")
        await charge_point.settled()
        await charge_point.disconnect()
        charge_point.unplug(1)
        before = charge_point.view()
    store.close()
    store = Store(path)
    [memory] = recall(store)
    async with ChargePoint("CP1", memory.settings, store=store, memory=memory) as charge_point:
        after = charge_point.view()
        # How the pilot came to be so is told by a running process only.
        for view in (before, after):
            del view["connectors"][0]["pilot"]["moves"]
        assert after["connectors"] == before["connectors"]
        assert (after["unsent"], after["connection"]["state"]) == (1, "disconnected")
        await charge_point.connect()
        assert (await central.hears("StopTransaction")).transaction_id == 100
        await charge_point.booted()
    store.close()

import pytest

from tests.unit.simulator.ocpp201.bench import NOW

pytestmark = pytest.mark.anyio


async def test_an_immediate_reset_ends_the_transaction_and_starts_anew(bench):
    await bench.plug()
    await bench.tap()
    assert await bench.status_of("Reset", type="Immediate") == "Accepted"
    assert bench.restarts == ["HardReset"]
    bench.speaker.end_all("HardReset")
    bench.unit.commit()
    await bench.quiet()
    assert bench.told()[-1] == ("Ended", "ResetCommand")
    assert bench.events[-1]["transactionInfo"]["stoppedReason"] == "ImmediateReset"
    bench.speaker.boot_status = None
    await bench.speaker.boot()
    assert [one["reason"] for one in bench.of("BootNotification")] == ["RemoteReset"]


async def test_a_reset_on_idle_waits_for_the_last_transaction(two):
    await two.plug()
    await two.tap()
    assert await two.status_of("Reset", type="OnIdle") == "Scheduled"
    assert two.statuses(2) == ["Unavailable"]
    assert await two.tap("BOB", evse_id=2) == "out_of_order"
    assert two.restarts == []
    await two.unplug()
    await two.tick(0)
    assert two.restarts == ["SoftReset"]


async def test_an_idle_station_resets_at_once(bench):
    assert await bench.status_of("Reset", type="OnIdle") == "Accepted"
    assert bench.restarts == ["HardReset"]


async def test_one_evse_resets_alone(two):
    await two.plug()
    await two.tap()
    await two.plug(2)
    await two.tap("BOB", evse_id=2)
    assert await two.status_of("Reset", type="OnIdle", evseId=1) == "Scheduled"
    assert await two.status_of("Reset", type="Immediate", evseId=2) == "Accepted"
    assert two.told()[-1] == ("Ended", "ResetCommand")
    assert two.statuses(2)[-1] == "Unavailable"
    await two.tap()
    await two.tick(0)
    assert two.statuses(1)[-1] == "Unavailable"
    await two.later(2)
    assert (two.statuses(1)[-1], two.statuses(2)[-1]) == ("Occupied", "Occupied")
    assert await two.status_of("Reset", type="Immediate", evseId=3) == "Rejected"
    assert two.restarts == []


async def test_a_station_that_is_not_accepted_tries_again_when_told_to(bench):
    bench.offline()
    bench.speaker.boot_status = None
    bench.answers["BootNotification"] = {"currentTime": NOW, "interval": 3600, "status": "Pending"}
    booting = bench.unit.start(bench.speaker.boot())
    await bench.said("BootNotification")
    assert bench.speaker.boot_status == "Pending"
    rejected = await bench.ask_now(
        "RequestStartTransaction", idToken={"idToken": "A", "type": "Central"}, remoteStartId=1
    )
    assert rejected["status"] == "Rejected"
    bench.answers["BootNotification"] = {"currentTime": NOW, "interval": 77, "status": "Accepted"}
    assert (await bench.ask_now("TriggerMessage", requestedMessage="BootNotification"))["status"] == "Accepted"
    await booting
    assert [one["reason"] for one in bench.of("BootNotification")] == ["PowerUp", "Triggered"]
    assert bench.charge_point.view()["heartbeat_s"] == 77

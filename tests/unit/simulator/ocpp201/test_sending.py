import pytest

from simulator.link.errors import NotConnected
from simulator.unit.speaker import NotSendable
from tests.unit.simulator.ocpp201.bench import token
from tests.unit.simulator.ocpp201.profiles import profile

pytestmark = pytest.mark.anyio

LATER = "2099-01-01T00:00:00Z"


async def test_the_truth_is_sent_of_every_kind(two):
    await two.plug()
    await two.tap()
    await two.ask("ReserveNow", id=3, expiryDateTime=LATER, idToken=token(), evseId=2)
    await two.ask("SetChargingProfile", evseId=0, chargingProfile=profile(30, "ChargingStationMaxProfile"))
    order = ["NotifyChargingLimit", *sorted(two.charge_point.actions() - {"NotifyChargingLimit"})]
    for action in order:
        before = len(two.of(action))
        assert await two.charge_point.send(action) is not None
        await two.quiet()
        assert len(two.of(action)) > before
    assert len(order) == 12


async def test_a_limit_from_outside_is_obeyed_until_it_is_lifted(bench):
    await bench.plug()
    await bench.tap()
    await bench.charge_point.send("NotifyChargingLimit")
    assert bench.power_w() == 5_500
    assert bench.of("NotifyChargingLimit")[0]["chargingLimit"]["chargingLimitSource"] == "EMS"
    assert await bench.status_of("ClearChargingProfile") == "Unknown"
    found = {"chargingLimitSource": ["EMS"]}
    assert await bench.status_of("GetChargingProfiles", requestId=1, chargingProfile=found) == "Accepted"
    await bench.charge_point.send("ClearedChargingLimit")
    assert bench.power_w() == 11_000
    await bench.quiet()
    assert bench.told() == [("Started", "Authorized"), *[("Updated", "ChargingRateChanged")] * 2]


async def test_a_reservation_that_is_given_up_is_gone(bench):
    await bench.ask("ReserveNow", id=3, expiryDateTime=LATER, idToken=token(), evseId=1)
    await bench.charge_point.send("ReservationStatusUpdate")
    await bench.quiet()
    assert bench.statuses() == ["Reserved", "Available"]


@pytest.mark.parametrize(
    "action",
    [
        "Authorize",
        "ClearedChargingLimit",
        "ReportChargingProfiles",
        "ReservationStatusUpdate",
        "TransactionEvent",
        "FirmwareStatusNotification",
        "Reset",
        "Nonsense",
    ],
)
async def test_where_there_is_nothing_truthful_to_say_nothing_is_said(bench, action):
    with pytest.raises(NotSendable, match=r"\w"):
        await bench.charge_point.send(action)
    assert bench.heard == []


async def test_a_payload_is_sent_as_it_is_and_held_to_the_schema(bench):
    given = {"vendorId": "Anybody", "data": [1, 2]}
    assert await bench.charge_point.send("DataTransfer", given) == {"status": "Accepted"}
    assert bench.of("DataTransfer") == [given]
    # Also of blocks that the station itself has not.
    assert await bench.charge_point.send("LogStatusNotification", {"status": "Idle"}) == {}
    with pytest.raises(NotSendable, match="Nonsense"):
        await bench.charge_point.send("Nonsense", {})
    with pytest.raises(ValueError, match="vendorId"):
        await bench.charge_point.send("DataTransfer", {"data": 1})
    # The bench's judge sees it only when it really goes out.
    with pytest.raises(Exception, match="vendorId"):
        await bench.charge_point.send("DataTransfer", {"data": 1}, valid=False)


async def test_offline_a_transaction_event_waits_and_the_rest_is_not_sent(bench):
    await bench.plug()
    await bench.tap()
    bench.offline()
    assert await bench.charge_point.send("TransactionEvent") is None
    with pytest.raises(NotConnected):
        await bench.charge_point.send("Heartbeat")
    bench.online()
    await bench.quiet()
    assert bench.told()[-1] == ("Updated", "Trigger")


async def test_a_limit_from_outside_that_changes_little_is_told_once(bench):
    await bench.set("SmartChargingCtrlr.LimitChangeSignificance", "60")
    await bench.plug()
    await bench.tap()
    await bench.charge_point.send("NotifyChargingLimit")
    assert bench.told() == [("Started", "Authorized")]
    await bench.charge_point.send("ClearedChargingLimit")
    await bench.quiet()
    assert bench.told() == [("Started", "Authorized"), ("Updated", "ChargingRateChanged")]
    await bench.set("SmartChargingCtrlr.ExternalControlSignalsEnabled", "false")
    with pytest.raises(NotSendable, match="ExternalControlSignalsEnabled"):
        await bench.charge_point.send("NotifyChargingLimit")

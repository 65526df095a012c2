import pytest

from tests.unit.simulator.ocpp201.bench import token
from tests.unit.simulator.ocpp201.profiles import tx_profile

pytestmark = pytest.mark.anyio


def start(text="APP", **more):
    return {"idToken": token(text, "Central"), "remoteStartId": 5, **more}


async def test_a_remote_start_at_the_plug_begins_at_once(bench):
    await bench.plug()
    assert await bench.ask("RequestStartTransaction", **start(evseId=1)) == {"status": "Accepted"}
    [started] = bench.events
    assert (started["triggerReason"], started["idToken"]) == ("RemoteStart", token("APP", "Central"))
    assert started["transactionInfo"]["remoteStartId"] == 5
    assert bench.of("Authorize") == []


async def test_a_remote_start_before_the_plug_waits_for_it(bench):
    assert await bench.status_of("RequestStartTransaction", **start()) == "Accepted"
    assert bench.told() == []
    await bench.plug()
    assert bench.told() == [("Started", "CablePluggedIn")]
    assert bench.events[0]["transactionInfo"]["remoteStartId"] == 5


async def test_a_transaction_that_began_with_the_plug_is_named(bench):
    await bench.set("TxCtrlr.TxStartPoint", "EVConnected")
    await bench.plug()
    answer = await bench.ask("RequestStartTransaction", **start(evseId=1))
    assert answer == {"status": "Accepted", "transactionId": bench.transaction_id}
    assert bench.told() == [("Started", "CablePluggedIn"), ("Updated", "RemoteStart")]
    assert bench.power_w() == 11_000


async def test_a_free_evse_with_a_car_is_chosen(two):
    await two.plug(2)
    await two.ask("RequestStartTransaction", **start())
    assert two.events[0]["evse"]["id"] == 2
    await two.ask("RequestStartTransaction", **start("BOB"))
    assert await two.status_of("RequestStartTransaction", **start("ALICE")) == "Rejected"


async def test_the_token_of_a_remote_start_is_authorized_where_the_station_is_told_to(bench):
    await bench.set("AuthCtrlr.AuthorizeRemoteStart", "true")
    await bench.plug()
    assert await bench.status_of("RequestStartTransaction", **start("MALLORY")) == "Accepted"
    assert bench.told() == []
    assert await bench.status_of("RequestStartTransaction", **start()) == "Accepted"
    assert bench.told() == [("Started", "RemoteStart")]


@pytest.mark.parametrize("why", ["unknown", "busy", "faulted", "inoperative", "reserved", "profile", "named"])
async def test_a_remote_start_that_cannot_be_is_rejected(bench, why):
    request = start(evseId=1)
    match why:
        case "unknown":
            request["evseId"] = 2
        case "busy":
            await bench.plug()
            await bench.tap()
        case "faulted":
            bench.charge_point.fault(1, "GroundFailure")
        case "inoperative":
            await bench.ask("ChangeAvailability", operationalStatus="Inoperative")
        case "reserved":
            await bench.ask("ReserveNow", id=1, expiryDateTime="2099-01-01T00:00:00Z", idToken=token(), evseId=1)
        case "profile":
            request["chargingProfile"] = tx_profile(10, chargingProfilePurpose="TxDefaultProfile")
        case "named":
            request["chargingProfile"] = tx_profile(10, transactionId="somebody's")
    assert await bench.status_of("RequestStartTransaction", **request) == "Rejected"


async def test_a_profile_of_a_remote_start_holds_for_its_transaction_only(bench):
    await bench.plug()
    await bench.ask("RequestStartTransaction", **start(chargingProfile=tx_profile(10)))
    assert bench.power_w() == 10 * 230 * 3
    await bench.unplug()
    await bench.plug()
    await bench.ask("RequestStartTransaction", **start())
    assert bench.power_w() == 11_000


async def test_a_remote_stop_ends_the_transaction_it_names(bench):
    await bench.plug()
    await bench.tap()
    assert await bench.status_of("RequestStopTransaction", transactionId="unknown") == "Rejected"
    assert await bench.status_of("RequestStopTransaction", transactionId=bench.transaction_id) == "Accepted"
    assert bench.told()[-1] == ("Ended", "RemoteStop")
    assert bench.events[-1]["transactionInfo"]["stoppedReason"] == "Remote"
    assert await bench.status_of("RequestStopTransaction", transactionId=bench.transaction_id) == "Rejected"


async def test_a_remote_stop_that_comes_too_late_stops_no_other_transaction(bench):
    await bench.plug()
    await bench.tap()
    answer, stop = bench.speaker.handle("RequestStopTransaction", {"transactionId": bench.transaction_id})
    assert answer["status"] == "Accepted"
    await bench.tap()
    await bench.tap()
    stop()
    await bench.quiet()
    assert bench.told()[-1] == ("Started", "Authorized")
    assert bench.power_w() == 11_000


async def test_a_remote_stop_of_a_transaction_nobody_was_authorized_for_ends_it(bench):
    await bench.set("TxCtrlr.TxStartPoint", "EVConnected")
    await bench.plug()
    await bench.ask("RequestStopTransaction", transactionId=bench.transaction_id)
    assert bench.told()[-1] == ("Ended", "RemoteStop")


async def test_a_connector_is_unlocked_unless_somebody_charges(bench):
    assert await bench.status_of("UnlockConnector", evseId=1, connectorId=1) == "Unlocked"
    assert await bench.status_of("UnlockConnector", evseId=1, connectorId=2) == "UnknownConnector"
    assert await bench.status_of("UnlockConnector", evseId=9, connectorId=1) == "UnknownConnector"
    await bench.plug()
    await bench.tap()
    assert await bench.status_of("UnlockConnector", evseId=1, connectorId=1) == "OngoingAuthorizedTransaction"


@pytest.mark.parametrize(
    ("request_", "expected", "told"),
    [
        ({"requestedMessage": "Heartbeat"}, "Accepted", "Heartbeat"),
        ({"requestedMessage": "BootNotification"}, "Rejected", None),
        ({"requestedMessage": "StatusNotification"}, "Rejected", None),
        ({"requestedMessage": "StatusNotification", "evse": {"id": 1}}, "Rejected", None),
        (
            {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}},
            "Accepted",
            "StatusNotification",
        ),
        ({"requestedMessage": "MeterValues", "evse": {"id": 1}}, "Accepted", "MeterValues"),
        ({"requestedMessage": "MeterValues", "evse": {"id": 2}}, "Rejected", None),
        ({"requestedMessage": "TransactionEvent"}, "Rejected", None),
        ({"requestedMessage": "FirmwareStatusNotification"}, "NotImplemented", None),
        ({"requestedMessage": "SignV2GCertificate"}, "NotImplemented", None),
    ],
)
async def test_a_triggered_message_is_sent_or_refused(bench, request_, expected, told):
    assert await bench.status_of("TriggerMessage", **request_) == expected
    assert [action for action, _ in bench.heard] == ([told] if told else [])


async def test_a_triggered_transaction_event_has_meter_values(bench):
    await bench.plug()
    await bench.tap()
    assert await bench.status_of("TriggerMessage", requestedMessage="TransactionEvent") == "Accepted"
    assert bench.told()[-1] == ("Updated", "Trigger")
    assert bench.events[-1]["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"


async def test_data_of_its_own_vendor_is_echoed(bench):
    status = bench.status_of
    assert await status("DataTransfer", vendorId="Somebody") == "UnknownVendorId"
    assert await status("DataTransfer", vendorId="Kilowait") == "UnknownMessageId"
    echoed = await bench.ask("DataTransfer", vendorId="Kilowait", messageId="Echo", data={"deep": [2**40, None]})
    assert echoed == {"status": "Accepted", "data": {"deep": [2**40, None]}}

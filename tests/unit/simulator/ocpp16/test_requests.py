import json

import pytest
from ocpp.exceptions import (  # type: ignore[import-untyped]
    FormationViolationError,
    OccurenceConstraintViolationError,
    PropertyConstraintViolationError,
    TypeConstraintViolationError,
)
from ocpp.exceptions import (
    NotImplementedError as OcppNotImplemented,
)
from ocpp.messages import CallError, CallResult, unpack  # type: ignore[import-untyped]
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


async def charge(charge_point, tag="ALICE"):
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, tag) == "started"
    assert await charge_point.settled()


async def test_a_remote_start_waits_for_the_plug_and_a_remote_stop_ends_it(central, charge_point):
    answer = await central.ask("CP1", call.RemoteStartTransaction(id_tag="ALICE", connector_id=1))
    assert answer.status == "Accepted"
    await central.shown("Available", "Preparing")
    charge_point.plug(1, CAR)
    await charge_point.settled()
    assert central.of("Authorize") == []
    again = await central.ask("CP1", call.RemoteStartTransaction(id_tag="ALICE", connector_id=1))
    unknown = await central.ask("CP1", call.RemoteStopTransaction(transaction_id=5))
    assert (again.status, unknown.status) == ("Rejected", "Rejected")
    assert (await central.ask("CP1", call.RemoteStopTransaction(transaction_id=100))).status == "Accepted"
    assert (await central.hears("StopTransaction")).reason == "Remote"
    await central.shown("Charging", "Finishing")


async def test_a_remote_start_chooses_the_plugged_connector(central):
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2)) as charge_point:
        await charge_point.booted()
        charge_point.plug(2, CAR)
        await central.ask("CP1", call.RemoteStartTransaction(id_tag="ALICE"))
        assert (await central.hears("StartTransaction")).connector_id == 2


async def test_a_remote_start_asks_first_when_told_to(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="AuthorizeRemoteTxRequests", value="true"))
    charge_point.plug(1, CAR)
    await central.ask("CP1", call.RemoteStartTransaction(id_tag="NOBODY", connector_id=1))
    await central.hears("Authorize")
    assert await charge_point.settled()
    assert central.of("StartTransaction") == []
    assert charge_point.connector(1)["last_authorize_status"] == "Invalid"


async def test_a_start_whose_plug_never_comes_is_dropped(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="ConnectionTimeOut", value="1"))
    await central.ask("CP1", call.RemoteStartTransaction(id_tag="ALICE", connector_id=1))
    await central.shown("Available", "Preparing", "Available")
    charge_point.plug(1, CAR)
    assert await charge_point.settled()
    assert central.of("StartTransaction") == []


async def test_configuration_is_changed_kept_and_read_back(central, charge_point):
    async def change(key, value):
        return (await central.ask("CP1", call.ChangeConfiguration(key=key, value=value))).status

    assert await change("stoptransactiononinvalidid", "false") == "Accepted"
    assert await change("HeartbeatInterval", "soon") == "Rejected"
    assert await change("MeterValuesSampledData", "Frequency") == "Rejected"
    assert await change("NumberOfConnectors", "9") == "Rejected"
    assert await change("Colour", "red") == "NotSupported"
    answer = await central.ask("CP1", call.GetConfiguration(key=["StopTransactionOnInvalidId", "Colour"]))
    assert answer.configuration_key == [{"key": "StopTransactionOnInvalidId", "readonly": False, "value": "false"}]
    assert answer.unknown_key == ["Colour"]
    everything = (await central.ask("CP1", call.GetConfiguration())).configuration_key
    assert {one["key"]: one.get("value") for one in everything}["NumberOfConnectors"] == "1"


async def test_the_authorization_key_is_used_and_never_shown(central, charge_point):
    key = "00112233445566778899aabbccddeeff"
    for value in ("not hex", "00ff"):
        answer = await central.ask("CP1", call.ChangeConfiguration(key="AuthorizationKey", value=value))
        assert answer.status == "Rejected"
    await central.ask("CP1", call.ChangeConfiguration(key="AuthorizationKey", value=key))
    await central.until(lambda: len(central.of("StatusNotification")) == 4)
    assert central.authorizations == [None, "Basic Q1AxOgARIjNEVWZ3iJmqu8zd7v8="]
    assert len(central.of("BootNotification")) == 1
    shown = await central.ask("CP1", call.GetConfiguration())
    asked = await central.ask("CP1", call.GetConfiguration(key=["AuthorizationKey"]))
    assert key not in str(shown) + str(asked) + str(charge_point.messages(1000))


async def test_a_refused_start_without_stop_gives_no_energy(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="StopTransactionOnInvalidId", value="false"))
    central.refused_at_start = {"ALICE"}
    await charge(charge_point)
    connector = charge_point.connector(1)
    assert (connector["status"], connector["power_w"]) == ("SuspendedEVSE", 0)
    assert central.of("StopTransaction") == []


async def test_a_connector_in_use_becomes_unavailable_afterwards(central, charge_point):
    await charge(charge_point)
    answer = await central.ask("CP1", call.ChangeAvailability(connector_id=0, type="Inoperative"))
    assert answer.status == "Scheduled"
    charge_point.unplug(1)
    await central.shown("Charging", "Unavailable")
    assert central.statuses(0)[-1] == "Unavailable"
    assert await charge_point.tap(1, "ALICE") == "out_of_order"
    answers = [
        (await central.ask("CP1", call.ChangeAvailability(connector_id=number, type="Operative"))).status
        for number in (0, 2)
    ]
    assert answers == ["Accepted", "Rejected"]
    await central.shown("Unavailable", "Available")


async def test_unlocking_ends_the_transaction(central, charge_point):
    await charge(charge_point)
    answers = [(await central.ask("CP1", call.UnlockConnector(connector_id=number))).status for number in (1, 2)]
    assert answers == ["Unlocked", "NotSupported"]
    assert (await central.hears("StopTransaction")).reason == "UnlockCommand"


@pytest.mark.parametrize("kind", ["Soft", "Hard"])
async def test_a_reset_says_goodbye_and_boots_again(central, charge_point, kind, monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)
    await charge(charge_point)
    assert (await central.ask("CP1", call.Reset(type=kind))).status == "Accepted"
    await central.hears("BootNotification", 2)
    actions = [message.action for message in central.heard]
    last_boot = len(actions) - 1 - actions[::-1].index("BootNotification")
    assert actions.index("StopTransaction") < last_boot
    assert central.of("StopTransaction")[0].reason == f"{kind}Reset"
    await central.shown("Finishing")


async def test_what_is_triggered_is_sent(central, charge_point):
    async def trigger(message, connector_id=None):
        request = call.TriggerMessage(requested_message=message, connector_id=connector_id)
        return (await central.ask("CP1", request)).status

    assert await trigger("Heartbeat") == "Accepted"
    await central.hears("Heartbeat")
    assert await trigger("BootNotification") == "Accepted"
    await central.hears("BootNotification", 2)
    assert await trigger("StatusNotification", 1) == "Accepted"
    await central.until(lambda: central.statuses() == ["Available"] * 2)
    assert await trigger("MeterValues", 1) == "Accepted"
    assert not hasattr(await central.hears("MeterValues"), "transaction_id")
    assert await trigger("StatusNotification", 2) == "Rejected"
    assert await trigger("FirmwareStatusNotification") == "Accepted"
    assert (await central.hears("FirmwareStatusNotification")).status == "Idle"
    assert await trigger("DiagnosticsStatusNotification") == "Accepted"
    assert (await central.hears("DiagnosticsStatusNotification")).status == "Idle"


async def test_heartbeats_come_at_the_interval_the_central_system_set(central):
    central.boots = [("Accepted", 1)]
    async with ChargePoint("CP1", Settings(central=central.address)):
        await central.hears("Heartbeat", seconds=3)


async def test_a_cleared_cache_knows_nobody(central, charge_point):
    await charge_point.tap(1, "ALICE")
    await charge_point.tap(1, "ALICE")
    assert (await central.ask("CP1", call.ClearCache())).status == "Accepted"
    await charge_point.disconnect()
    assert await charge_point.tap(1, "ALICE") == "refused"


async def test_only_the_echo_of_its_own_vendor_is_known(central, charge_point):
    async def transfer(**fields):
        return await central.ask("CP1", call.DataTransfer(**fields))

    assert (await transfer(vendor_id="acme")).status == "UnknownVendorId"
    assert (await transfer(vendor_id="Kilowait", message_id="Sing")).status == "UnknownMessageId"
    answer = await transfer(vendor_id="Kilowait", message_id="Echo", data="la")
    assert (answer.status, answer.data) == ("Accepted", "la")


@pytest.mark.parametrize(
    ("action", "payload", "error"),
    [
        ("MakeCoffee", {}, OcppNotImplemented),
        ("BootNotification", {}, OcppNotImplemented),
        ("RemoteStopTransaction", {}, OccurenceConstraintViolationError),
        ("RemoteStopTransaction", {"transactionId": "1"}, TypeConstraintViolationError),
        ("Reset", {"type": "Cold"}, PropertyConstraintViolationError),
        ("ChangeConfiguration", {"key": "k" * 51, "value": ""}, PropertyConstraintViolationError),
        (
            "ReserveNow",
            {"connectorId": 1, "expiryDate": "soon", "idTag": "A", "reservationId": 1},
            PropertyConstraintViolationError,
        ),
        ("ClearCache", {"now": True}, FormationViolationError),
        (
            "SendLocalList",
            {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [{}]},
            OccurenceConstraintViolationError,
        ),
    ],
)
async def test_a_bad_request_gets_its_error_and_the_socket_stays(central, charge_point, action, payload, error):
    answer = await central.sessions["CP1"].ask_raw(action, payload)
    assert isinstance(answer, CallError)
    assert answer.error_code == error.code
    assert isinstance(await central.sessions["CP1"].ask_raw("ClearCache", {}), CallResult)


async def test_a_request_that_is_cut_short_is_refused_by_its_id(central, charge_point):
    session = central.sessions["CP1"]
    for text in ('[2,"cut"]', '[2,"cut","Reset"]', '[2,"cut","Reset",[]]'):
        answer = await session.ask_text(text, "cut")
        assert isinstance(answer, CallError)
        assert answer.error_code == "FormationViolation"


async def test_garbage_is_dropped_and_the_socket_stays(central, charge_point):
    socket = central.sessions["CP1"].socket
    for text in ("", "{", "[]", '[2,"x"]', '[9,"x","y",{}]', '[3,"unheard",{}]', '[2,1,"Reset",{}]', b"\xff\xfe"):
        await socket.send(text)
    assert (await central.ask("CP1", call.ClearCache())).status == "Accepted"


async def test_the_log_holds_both_directions_in_order(central, charge_point):
    messages = charge_point.messages(1000)
    assert [message.message_id for message in messages] == list(range(1, 7))
    assert [message.direction for message in messages] == ["sent", "received"] * 3
    assert messages[0].frame[2] == "BootNotification"
    assert unpack(json.dumps(messages[1].frame)).payload["status"] == "Accepted"
    assert [message.message_id for message in charge_point.messages(2)] == [5, 6]

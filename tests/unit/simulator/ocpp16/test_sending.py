import json
from importlib.resources import files

import pytest
from cryptography import x509
from ocpp.messages import Call, validate_payload  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.link.errors import CallFailed, NotConnected
from simulator.unit.settings import Settings
from simulator.unit.speaker import NotSendable

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)
AT = "2026-01-02T03:04:05Z"

PAYLOADS = {
    "Authorize": {"idTag": "ALICE"},
    "BootNotification": {"chargePointVendor": "V", "chargePointModel": "M"},
    "DataTransfer": {"vendorId": "acme", "data": "x"},
    "DiagnosticsStatusNotification": {"status": "Uploading"},
    "FirmwareStatusNotification": {"status": "Installing"},
    "Heartbeat": {},
    "LogStatusNotification": {"status": "Uploading", "requestId": 1},
    "MeterValues": {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [{"value": "1"}]}]},
    "SecurityEventNotification": {"type": "SettingSystemTime", "timestamp": AT},
    "SignCertificate": {"csr": "any"},
    "SignedFirmwareStatusNotification": {"status": "Installing", "requestId": 1},
    "StartTransaction": {"connectorId": 1, "idTag": "ALICE", "meterStart": 0, "timestamp": AT},
    "StatusNotification": {"connectorId": 1, "errorCode": "NoError", "status": "Charging"},
    "StopTransaction": {"transactionId": 100, "meterStop": 1, "timestamp": AT},
}


async def test_it_can_say_all_that_a_charge_point_may(central, charge_point):
    schemas = {file.name.removesuffix(".json") for file in (files("ocpp") / "v16" / "schemas").iterdir()}
    requests = {name for name in schemas if not name.endswith("Response")}
    assert charge_point.actions() == PAYLOADS.keys()
    assert charge_point.actions() | charge_point.answers() == requests
    # Either side may send it.
    assert charge_point.actions() & charge_point.answers() == {"DataTransfer"}


@pytest.mark.parametrize("action", PAYLOADS)
async def test_a_payload_is_sent_as_it_is_and_its_answer_comes_back(central, charge_point, action):
    answer = await charge_point.send(action, PAYLOADS[action])
    sent, received = charge_point.messages(2)
    assert (sent.frame[2], sent.frame[3]) == (action, PAYLOADS[action])
    assert (received.frame[2], received.action, received.unique_id) == (answer, action, sent.unique_id)
    assert received.latency_ms > 0


@pytest.mark.parametrize("action", sorted(PAYLOADS.keys() - {"StopTransaction"}))
async def test_what_it_says_by_itself_is_true_and_valid(central, charge_point, action):
    await charge_point.tap(1, "ALICE")
    await charge_point.tap(1, "ALICE")
    charge_point.plug(1, CAR)
    await charge_point.settled()
    before = len(charge_point.messages())
    assert await charge_point.send(action) is not None
    frames = [one.frame for one in charge_point.messages()[before:] if one.direction == "sent"]
    said = [frame for frame in frames if frame[2] == action]
    assert said
    for frame in said:
        await validate_payload(Call(frame[1], action, frame[3]), "1.6")
    assert central.errors_sent == []


async def test_a_transaction_really_starts_and_ends(central, charge_point):
    with pytest.raises(NotSendable, match="no car stands plugged in"):
        await charge_point.send("StartTransaction")
    charge_point.plug(1, CAR)
    with pytest.raises(NotSendable, match="no tag is known"):
        await charge_point.send("StartTransaction")
    await charge_point.send("Authorize", {"idTag": "ALICE"})
    await charge_point.tap(1, "ALICE")
    await charge_point.tap(1, "ALICE")
    await charge_point.settled()
    assert (await charge_point.send("StartTransaction"))["transactionId"] == 101
    assert charge_point.connector(1)["status"] == "Charging"
    assert await charge_point.send("StopTransaction") == {}
    assert (await central.hears("StopTransaction", 2)).id_tag == "ALICE"
    with pytest.raises(NotSendable, match="no transaction runs"):
        await charge_point.send("StopTransaction")


async def test_a_wrong_payload_is_kept_back_unless_it_is_meant_to_be_wrong(central, charge_point):
    with pytest.raises(ValueError, match="Heartbeat: Additional properties"):
        await charge_point.send("Heartbeat", {"now": 1})
    for wrong in ("MakeCoffee", "Reset"):
        with pytest.raises(NotSendable):
            await charge_point.send(wrong, {})
        with pytest.raises(NotSendable):
            await charge_point.send(wrong)
    with pytest.raises(CallFailed) as failed:
        await charge_point.send("Authorize", {"idTag": 5}, valid=False)
    assert failed.value.code == "TypeConstraintViolation"
    with pytest.raises(CallFailed) as failed:
        await charge_point.send("MakeCoffee", {}, valid=False)
    assert failed.value.code == "NotSupported"


async def test_without_a_connection_transactions_wait_and_the_rest_fails(central, charge_point):
    await charge_point.tap(1, "ALICE")
    await charge_point.tap(1, "ALICE")
    await charge_point.disconnect()
    charge_point.plug(1, CAR)
    assert await charge_point.send("StartTransaction") is None
    assert await charge_point.send("StopTransaction") is None
    assert charge_point.view()["unsent"] == 2
    for action in ("Heartbeat", "SignCertificate", "StatusNotification"):
        with pytest.raises(NotConnected):
            await charge_point.send(action)
    await charge_point.connect()
    await central.hears("StopTransaction")


async def test_its_certificate_request_is_a_real_one(central, charge_point):
    await charge_point.send("SignCertificate")
    request = x509.load_pem_x509_csr((await central.hears("SignCertificate")).csr.encode())
    assert request.is_signature_valid


async def test_a_boot_by_hand_ends_the_wait_for_the_next(central):
    central.boots = [("Pending", 60)]
    async with ChargePoint("CP1", Settings(central=central.address)) as charge_point:
        await central.hears("BootNotification")
        answer = await charge_point.send("BootNotification")
        assert answer is not None
        assert answer["status"] == "Accepted"
        assert await charge_point.booted()
        assert json.loads(charge_point.messages(1000)[0].text)[2] == "BootNotification"

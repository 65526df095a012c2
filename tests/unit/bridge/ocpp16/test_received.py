"""What each call of a charge point becomes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from ocpp_bridge.translation import AuthorizeQuestion, StartQuestion, StopQuestion
from tests.unit.bridge.ocpp16.translating import NOW, call, error_code, frames, translator
from wire.columns import samples_of
from wire.events import Boot, ConnectorStatus, Meter, Notice, Status, TransactionEnded
from wire.questions import AuthorizeReply, TagStatus

BOOT = {"chargePointVendor": "Acme", "chargePointModel": "One"}
STATUS = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
STOP = {"transactionId": 5, "meterStop": 900, "timestamp": "2026-05-04T11:59:00Z"}


def test_a_boot_is_an_event_and_is_accepted_with_time_and_interval() -> None:
    sim = {"iccid": "8931", "imsi": "204"}
    meter = {"meterType": "x", "meterSerialNumber": "y"}
    received = call(
        "BootNotification", {**BOOT, "firmwareVersion": "1.2", "chargeBoxSerialNumber": "BOX", **sim, **meter}
    )
    assert received.booted
    assert frames(received) == [
        [3, "m1", {"currentTime": "2026-05-04T12:00:00.000Z", "interval": 300, "status": "Accepted"}]
    ]
    (boot,) = received.events
    assert isinstance(boot, Boot)
    assert (boot.protocol, boot.vendor, boot.model, boot.serial, boot.firmware) == (
        "ocpp1.6",
        "Acme",
        "One",
        "BOX",
        "1.2",
    )
    assert (boot.iccid, boot.imsi, boot.meter_type, boot.meter_serial) == ("8931", "204", "x", "y")


def test_a_boot_with_texts_that_are_too_long_is_taken_all_the_same() -> None:
    received = call("BootNotification", {**BOOT, "chargePointVendor": "V" * 3_000})
    (boot,) = received.events
    assert isinstance(boot, Boot)
    assert boot.vendor == "V" * 255


def test_a_heartbeat_is_answered_and_makes_no_event() -> None:
    received = call("Heartbeat", {})
    assert received.events == ()
    assert frames(received) == [[3, "m1", {"currentTime": "2026-05-04T12:00:00.000Z"}]]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Available", "available"),
        ("Preparing", "preparing"),
        ("Charging", "charging"),
        ("SuspendedEV", "suspended_ev"),
        ("SuspendedEVSE", "suspended_evse"),
        ("Finishing", "finishing"),
        ("Reserved", "reserved"),
        ("Unavailable", "unavailable"),
        ("Faulted", "faulted"),
    ],
)
def test_every_status_of_ocpp_is_understood(word: str, status: str) -> None:
    received = call("StatusNotification", {**STATUS, "status": word})
    (event,) = received.events
    assert isinstance(event, Status)
    assert event.status is ConnectorStatus(status)
    assert frames(received) == [[3, "m1", {}]]
    assert received.instead is None


def test_a_status_keeps_the_chargers_own_time_and_error() -> None:
    received = call(
        "StatusNotification",
        {**STATUS, "errorCode": "GroundFailure", "info": "wet", "timestamp": "2026-05-04T13:00:00+02:00"},
    )
    event, _ = received.events
    assert isinstance(event, Status)
    assert (event.error_code, event.info) == ("GroundFailure", "wet")
    assert event.occurred_at == datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
    assert event.received_at == NOW


def test_an_unknown_error_code_does_not_lose_the_status() -> None:
    event, _ = call("StatusNotification", {**STATUS, "errorCode": "VendorThing"}).events
    assert isinstance(event, Status)
    assert event.error_code == "VendorThing"


def test_an_error_is_told_once_in_its_vendors_words_until_it_is_over_or_another() -> None:
    box = translator()

    def told(**more: Any) -> list[dict[str, Any]]:
        events = call("StatusNotification", {**STATUS, **more}, box).events
        return [event.payload for event in events if isinstance(event, Notice)]

    fault = {"errorCode": "OtherError", "vendorId": "acme", "vendorErrorCode": "E-42", "info": "lid open"}
    assert told() == []
    assert told(status="Faulted", **fault) == [{**STATUS, "status": "Faulted", **fault}]
    assert told(status="Unavailable", **fault) == []
    assert len(told(connectorId=0, **fault)) == 1
    assert len(told(**{**fault, "vendorErrorCode": "E-43"})) == 1
    assert told() == []
    assert len(told(vendorErrorCode="E-42")) == 1  # No error of OCPP's, and its vendor says one.


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-04T11:00:00z", datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("2026-05-04t11:00:00.5z", datetime(2026, 5, 4, 11, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-05-04T11:00:00.123456789Z", datetime(2026, 5, 4, 11, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-05-04T16:30:00+05:30", datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("2026-05-04T11:00:00-00:00", datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("20260504T130000+0200", datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("2026-05-04T11:00Z", datetime(2026, 5, 4, 11, tzinfo=UTC)),
    ],
)
def test_a_timestamp_in_any_spelling_with_a_zone_is_proper_and_kept(text: str, instant: datetime) -> None:
    reading = {"timestamp": text, "sampledValue": [{"value": "1"}]}
    for action, payload in {
        "StatusNotification": {**STATUS, "timestamp": text},
        "MeterValues": {"connectorId": 1, "meterValue": [reading]},
        "StartTransaction": {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": text},
        "StopTransaction": {**STOP, "timestamp": text, "transactionData": [reading]},
    }.items():
        received = call(action, payload)
        assert (received.events[0].occurred_at, received.deviations) == (instant, frozenset())


def test_authorize_is_a_question_and_its_verdict_is_carried_back() -> None:
    by = translator()
    received = call("Authorize", {"idTag": "CARD"}, by)
    assert received.question == AuthorizeQuestion("m1", "CARD")
    assert received.frames == ()
    reply = AuthorizeReply(tag_status=TagStatus.ACCEPTED, parent_tag="KW-ANNA", expires_at=NOW + timedelta(days=1))
    assert [msgspec.json.decode(frame) for frame in by.answer(received.question, reply)] == [
        [
            3,
            "m1",
            {
                "idTagInfo": {
                    "status": "Accepted",
                    "parentIdTag": "KW-ANNA",
                    "expiryDate": "2026-05-05T12:00:00.000Z",
                }
            },
        ]
    ]


def test_a_parent_too_long_for_ocpp_is_left_out() -> None:
    by = translator()
    reply = AuthorizeReply(tag_status=TagStatus.ACCEPTED, parent_tag="P" * 21)
    (frame,) = by.answer(AuthorizeQuestion("m1", "CARD"), reply)
    assert msgspec.json.decode(frame)[2] == {"idTagInfo": {"status": "Accepted"}}


def test_the_answer_to_a_start_carries_its_transaction_id() -> None:
    said = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": "2026-05-04T11:59:00Z"}
    question = call("StartTransaction", said).question
    assert isinstance(question, StartQuestion)
    (frame,) = translator().answer(question, AuthorizeReply(tag_status=TagStatus.BLOCKED))
    answer = {"idTagInfo": {"status": "Blocked"}, "transactionId": question.transaction_id}
    assert msgspec.json.decode(frame) == [3, "m1", answer]


def test_meter_values_are_samples_as_they_were_sent() -> None:
    values = [
        {"value": "12.5", "unit": "kWh", "context": "Sample.Periodic", "location": "Outlet"},
        {"value": "230.1", "measurand": "Voltage", "phase": "L1-N"},
    ]
    meter = [{"timestamp": "2026-05-04T11:59:30Z", "sampledValue": values}]
    received = call("MeterValues", {"connectorId": 1, "transactionId": 5, "meterValue": meter})
    (event,) = received.events
    assert isinstance(event, Meter)
    assert event.transaction_id == "5"
    assert event.occurred_at == datetime(2026, 5, 4, 11, 59, 30, tzinfo=UTC)
    first, second = samples_of(event)
    assert (first.value, first.unit, first.measurand) == ("12.5", "kWh", "Energy.Active.Import.Register")
    assert (second.value, second.measurand, second.phase) == ("230.1", "Voltage", "L1-N")
    assert received.instead is not None


@pytest.mark.parametrize(
    "value",
    [
        {"value": 12.5},
        {"value": "1", "unit": "Hertz"},
        {"value": "1", "measurand": "Frequency.Fancy"},
        {"value": "1", "phase": "N-L9"},
    ],
)
def test_odd_values_are_taken_over(value: dict[str, Any]) -> None:
    meter = [{"timestamp": "2026-05-04T11:59:30Z", "sampledValue": [value]}]
    (event,) = call("MeterValues", {"connectorId": 1, "meterValue": meter}).events
    assert isinstance(event, Meter)
    assert samples_of(event)[0].value == str(value["value"])


def test_meter_values_without_any_value_are_answered_and_forgotten() -> None:
    meter = [{"timestamp": "2026-05-04T11:59:30Z", "sampledValue": []}]
    received = call("MeterValues", {"connectorId": 1, "meterValue": meter})
    assert received.events == ()
    assert frames(received) == [[3, "m1", {}]]


def test_a_stop_is_answered_with_a_tag_status_only_when_it_names_a_tag() -> None:
    assert frames(call("StopTransaction", STOP)) == [[3, "m1", {}]]
    received = call("StopTransaction", {**STOP, "idTag": "CARD"})
    assert received.frames == ()
    assert received.question == StopQuestion("m1", "CARD", None)
    answered = translator().answer(received.question, AuthorizeReply(tag_status=TagStatus.ACCEPTED))
    assert [json.loads(frame) for frame in answered] == [[3, "m1", {"idTagInfo": {"status": "Accepted"}}]]


@pytest.mark.parametrize(
    ("odd", "field", "value"),
    [
        ({"transactionId": -1}, "transaction_id", "-1"),
        ({"transactionId": 0}, "transaction_id", "0"),
        ({"transactionId": "5"}, "transaction_id", "5"),
        ({"meterStop": 900.7}, "meter_stop_wh", 900),
        ({"meterStop": "900"}, "meter_stop_wh", 900),
        ({"idTag": "T" * 40}, "tag", "T" * 40),
        ({"idTag": "a\x01:b"}, "tag", "a\x01:b"),
        ({"reason": "Fancy"}, "reason", "Fancy"),
        ({"timestamp": "yesterday"}, "occurred_at", NOW),
        ({"extra": 1}, "transaction_id", "5"),
        ({"transactionData": "none"}, "samples", ()),
        ({"transactionData": [{"sampledValue": [7, {"value": None}]}, 3]}, "samples", ()),
    ],
)
def test_a_stop_is_never_refused_for_its_form(odd: dict[str, Any], field: str, value: Any) -> None:
    received = call("StopTransaction", {**STOP, **odd})
    (event,) = received.events
    assert isinstance(event, TransactionEnded)
    assert getattr(event, field) == value
    assert isinstance(received.question, StopQuestion) or frames(received)[0][0] == 3


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"meterStop": 1}, "ProtocolError"),
        ({"transactionId": 1}, "ProtocolError"),
        ({"transactionId": "x", "meterStop": 1}, "TypeConstraintViolation"),
        ({"transactionId": True, "meterStop": 1}, "TypeConstraintViolation"),
        ({"transactionId": 1, "meterStop": "1e400"}, "TypeConstraintViolation"),
        ({"transactionId": 1, "meterStop": 10**30}, "TypeConstraintViolation"),
    ],
)
def test_a_stop_without_its_essentials_says_what_is_missing(payload: dict[str, Any], code: str) -> None:
    assert error_code(call("StopTransaction", payload)) == code


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Authorize", {}, "ProtocolError"),
        ("Authorize", {"idTag": 5}, "TypeConstraintViolation"),
        ("Authorize", {"idTag": "T" * 21}, "PropertyConstraintViolation"),
        ("Authorize", {"idTag": "T", "more": 1}, "FormationViolation"),
        ("StatusNotification", {**STATUS, "status": "Sleeping"}, "PropertyConstraintViolation"),
        ("StatusNotification", {**STATUS, "connectorId": "one"}, "TypeConstraintViolation"),
        ("StatusNotification", {**STATUS, "connectorId": -1}, "PropertyConstraintViolation"),
        ("StatusNotification", {**STATUS, "connectorId": 10**40}, "PropertyConstraintViolation"),
        ("MeterValues", {"connectorId": 1, "meterValue": []}, "OccurenceConstraintViolation"),
        ("BootNotification", {}, "ProtocolError"),
        ("Reset", {"type": "Soft"}, "NotSupported"),
        ("RemoteStartTransaction", {"idTag": "T"}, "NotSupported"),
        ("MakeCoffee", {}, "NotImplemented"),
        ("../../etc/passwd", {}, "NotImplemented"),
    ],
)
def test_a_bad_call_is_answered_in_ocpps_words(action: str, payload: dict[str, Any], code: str) -> None:
    received = call(action, payload)
    assert error_code(received) == code
    assert received.events == ()
    assert received.question is None
    assert received.note


def test_a_refusal_does_not_repeat_a_tag() -> None:
    received = call("Authorize", {"idTag": "SECRET-TAG-THAT-IS-TOO-LONG"})
    assert "SECRET" not in received.note
    assert b"SECRET" not in received.frames[0]

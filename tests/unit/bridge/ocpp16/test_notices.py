"""Messages that only tell something: kept and acknowledged; what is no such message is refused in OCPP's words."""

import json
from typing import Any

import msgspec
import pytest

from ocpp_bridge.ocpp16.commands import call_for
from ocpp_bridge.ocpp16.received.data_transfer import DATA_MOST
from ocpp_bridge.translation import CertificateQuestion
from tests.unit.bridge.ocpp16.translating import NOW, call, error_code, frames, receive, translator
from wire.codec import decode_event, encode
from wire.commands import Ocpp
from wire.events import Notice

SECURITY_EVENT = {"type": "TamperDetectionActivated", "timestamp": "2026-05-04T11:59:00Z"}
ALL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("FirmwareStatusNotification", {"status": "Downloading"}),
    ("SignedFirmwareStatusNotification", {"status": "InstallScheduled", "requestId": 7}),
    ("DiagnosticsStatusNotification", {"status": "UploadFailed"}),
    ("LogStatusNotification", {"status": "Uploaded", "requestId": -1}),
    ("SecurityEventNotification", {**SECURITY_EVENT, "techInfo": "lid"}),
    ("DataTransfer", {"vendorId": "Acme", "messageId": "m", "data": "d"}),
    ("SignCertificate", {"csr": "x"}),
)


def notice(action: str, payload: Any) -> Notice:
    (event,) = call(action, payload).events
    assert isinstance(event, Notice)
    assert decode_event(encode(event)) == event
    return event


@pytest.mark.parametrize(("action", "payload"), ALL, ids=[action for action, _ in ALL])
def test_what_is_told_is_kept_as_it_is_and_refused_where_it_cannot_be_kept(
    action: str, payload: dict[str, Any]
) -> None:
    received = call(action, payload)
    told = notice(action, payload)
    assert (told.action, told.payload, told.charge_point_id, told.received_at) == (action, payload, "CP-1", NOW)
    assert received.instead is not None
    assert json.loads(received.instead)[:3] == [4, "m1", "InternalError"]


@pytest.mark.parametrize(("action", "payload"), ALL[:5], ids=[action for action, _ in ALL[:5]])
def test_what_is_only_told_is_acknowledged_with_nothing(action: str, payload: dict[str, Any]) -> None:
    assert frames(call(action, payload)) == [[3, "m1", {}]]


def test_a_vendors_data_is_kept_and_its_vendor_is_unknown() -> None:
    assert frames(call("DataTransfer", {"vendorId": "Acme"})) == [[3, "m1", {"status": "UnknownVendorId"}]]


def test_a_security_event_happened_when_the_charge_point_says() -> None:
    assert notice("SecurityEventNotification", SECURITY_EVENT).occurred_at.minute == 59


@pytest.mark.parametrize("timestamp", ["", "yesterday", "0000-00-00", "9" * 400])
def test_an_instant_that_is_none_loses_no_security_event(timestamp: str) -> None:
    told = notice("SecurityEventNotification", {**SECURITY_EVENT, "timestamp": timestamp})
    assert told.occurred_at == NOW


def test_a_request_for_a_certificate_is_answered_by_whoever_signs() -> None:
    received = call("SignCertificate", {"csr": "x" * 5_500})
    assert received.frames == ()
    assert received.question == CertificateQuestion("m1")
    by = translator()
    answers = [by.granted(CertificateQuestion("m1"), granted=granted) for granted in (True, False)]
    assert [json.loads(frame)[2] for (frame,) in answers] == [{"status": "Accepted"}, {"status": "Rejected"}]


def test_a_certificate_goes_out_after_the_answer_that_promised_it() -> None:
    chain = {"certificateChain": "x"}
    about: dict[str, Any] = {"command_id": "c", "charge_point_id": "CP-1", "issued_at": NOW, "expires_at": NOW}
    assert call_for(Ocpp(action="CertificateSigned", payload=chain, **about)).after_answers
    assert not call_for(Ocpp(action="GetConfiguration", payload={}, **about)).after_answers


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("FirmwareStatusNotification", {"status": "Rebooting"}, "PropertyConstraintViolation"),
        ("FirmwareStatusNotification", {}, "ProtocolError"),
        ("FirmwareStatusNotification", {"status": ["Idle"]}, "TypeConstraintViolation"),
        ("SignedFirmwareStatusNotification", {"status": "Installed", "requestId": [1]}, "TypeConstraintViolation"),
        (
            "SignedFirmwareStatusNotification",
            {"status": "Installed", "requestId": 2**60},
            "PropertyConstraintViolation",
        ),
        ("DiagnosticsStatusNotification", {"status": "UploadFailure"}, "PropertyConstraintViolation"),
        ("LogStatusNotification", {"status": "UploadFailed"}, "PropertyConstraintViolation"),
        ("LogStatusNotification", {"requestId": 1}, "ProtocolError"),
        ("SecurityEventNotification", {"type": "x"}, "ProtocolError"),
        ("SecurityEventNotification", {"type": "x" * 51, "timestamp": "t"}, "PropertyConstraintViolation"),
        ("DataTransfer", {"data": "d"}, "ProtocolError"),
        ("DataTransfer", {"vendorId": "v" * 256}, "PropertyConstraintViolation"),
        ("SignCertificate", {}, "ProtocolError"),
        ("SignCertificate", {"csr": "x" * 1_000_000}, "PropertyConstraintViolation"),
        ("SignCertificate", {"csr": {"pem": "x"}}, "TypeConstraintViolation"),
    ],
)
def test_what_is_no_such_message_is_refused_in_ocpps_words(action: str, payload: dict[str, Any], code: str) -> None:
    received = call(action, payload)
    assert error_code(received) == code
    assert received.events == ()
    assert len(received.frames[0]) < 600


def test_a_payload_nested_too_deeply_is_refused() -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    assert error_code(call("DataTransfer", {"vendorId": "Acme", "data": deep})) == "FormationViolation"


def test_longer_data_than_anybody_reads_is_cut() -> None:
    told = notice("DataTransfer", {"vendorId": "Acme", "data": "\x01" * 200_000})
    assert told.payload == {"vendorId": "Acme", "data": "\x01" * DATA_MOST}
    assert len(msgspec.json.encode(told)) < 100_000


def test_a_long_note_of_a_security_event_is_cut_and_loses_no_event() -> None:
    told = notice("SecurityEventNotification", {**SECURITY_EVENT, "techInfo": "x" * 100_000})
    assert told.payload["techInfo"] == "x" * 1_000


def test_fields_ocpp_does_not_know_cannot_make_an_event_large() -> None:
    more = {f"vendor{number}": [["x" * 500] * 5] * 5 for number in range(50)}
    assert len(msgspec.json.encode(notice("FirmwareStatusNotification", {"status": "Idle", **more}))) < 20_000


def test_half_a_character_is_refused_or_taken_and_never_fails() -> None:
    frame = b'[2,"m1","SecurityEventNotification",{"type":"\\ud800","timestamp":"x"}]'
    assert receive(frame).frames or receive(frame).note

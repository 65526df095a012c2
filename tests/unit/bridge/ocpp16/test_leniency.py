"""Each deviation of the table: tolerated or not by its profile, and what it becomes."""

from typing import Any

import msgspec
import pytest

from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.translation import Received
from ocpp_bridge.watching.open_transactions import OpenTransactions
from tests.unit.bridge.ocpp16.translating import NOW
from wire.vendor_profiles import DEVIATIONS, PROFILES, is_profile, tolerated_by

STATUS = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
START = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-05-04T11:59:00Z"}
STOP = {"transactionId": 5, "meterStop": 900, "timestamp": "2026-05-04T11:59:00Z"}
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "One"}


def meter(value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": "2026-05-04T11:59:00Z", "sampledValue": [value]}], **more}


BROKEN: dict[str, list[Any] | bytes] = {
    "broken-text": msgspec.json.encode([2, "m1", "StatusNotification", {**STATUS, "info": "?"}]).replace(b"?", b"\xe9"),
    "null-result": [3, "m1", None],
    "short-error": [4, "m1"],
    "numeric-message-id": [2, 7, "Heartbeat", {}],
    "long-message-id": [2, "m" * 37, "Heartbeat", {}],
    "null-for-nothing": [2, "m1", "StatusNotification", {**STATUS, "info": None}],
    "long-text": [2, "m1", "BootNotification", {**BOOT, "chargePointVendor": "V" * 30}],
    "unknown-error-code": [2, "m1", "StatusNotification", {**STATUS, "errorCode": "Odd"}],
    "number-for-text": [2, "m1", "StartTransaction", {**START, "idTag": 77}],
    "text-for-number": [2, "m1", "StartTransaction", {**START, "meterStart": "5.9"}],
    "empty-sampled-value": [2, "m1", "MeterValues", meter({"value": []})],
    "odd-value-word": [2, "m1", "MeterValues", meter({"value": "1", "unit": "Odd"})],
    "long-tag-at-start": [2, "m1", "StartTransaction", {**START, "idTag": "T" * 21}],
    "extra-field": [2, "m1", "StatusNotification", {**STATUS, "odd": 1}],
    "odd-stop": [2, "m1", "StopTransaction", {**STOP, "reason": "Odd"}],
    "odd-timestamp": [2, "m1", "StatusNotification", {**STATUS, "timestamp": "2026-05-04T11:59:00"}],
    "id-0-in-readings": [2, "m1", "MeterValues", meter({"value": "1"}, transactionId=0)],
    "number-for-tag": [2, "m1", "Authorize", {"idTag": 77}],
    "extra-field-anywhere": [2, "m1", "Authorize", {"idTag": "A", "odd": 1}],
    "missing-error-code": [2, "m1", "StatusNotification", {"connectorId": 1, "status": "Available"}],
}


def heard(frame: list[Any] | bytes, tolerated: frozenset[str]) -> Received:
    translator = Ocpp16("CP-1", NOW, 300, OpenTransactions(), lambda: tolerated)
    return translator.receive(frame if isinstance(frame, bytes) else msgspec.json.encode(frame), NOW)


def is_refused(received: Received) -> bool:
    if received.answer is not None:
        return received.answer.answer.error == "FormationViolation"
    return bool(received.frames) and msgspec.json.decode(received.frames[0])[0] == 4


@pytest.mark.parametrize("name", sorted(DEVIATIONS.keys() - {"no-subprotocol"}))
def test_a_deviation_is_taken_where_it_is_tolerated_and_refused_where_it_is_not(name: str) -> None:
    taken = heard(BROKEN[name], frozenset({name}))
    assert not is_refused(taken)
    assert taken.deviations == {name}
    refused = heard(BROKEN[name], tolerated_by("strict"))
    assert is_refused(refused)
    assert refused.note
    assert is_refused(heard(BROKEN[name], frozenset(DEVIATIONS) - {name}))


@pytest.mark.parametrize("name", sorted(DEVIATIONS.keys() - {"no-subprotocol"}))
def test_the_profiles_do_what_the_table_says(name: str) -> None:
    assert is_refused(heard(BROKEN[name], tolerated_by(""))) is not DEVIATIONS[name].usual
    assert not is_refused(heard(BROKEN[name], tolerated_by("lenient")))


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_what_breaks_nothing_is_taken_by_every_profile_and_noted_by_none(profile: str) -> None:
    for action, payload in [
        ("StatusNotification", STATUS),
        ("StartTransaction", START),
        ("StopTransaction", STOP),
        ("BootNotification", BOOT),
        ("MeterValues", meter({"value": "1"})),
        ("Heartbeat", {}),
    ]:
        received = heard([2, "m1", action, payload], tolerated_by(profile))
        assert not is_refused(received)
        assert received.deviations == frozenset()


def test_several_at_once_are_mended_together() -> None:
    payload = {
        "connectorId": "1",
        "idTag": 77,
        "meterStart": "9",
        "timestamp": START["timestamp"],
        "reservationId": None,
    }
    received = heard([2, "m1", "StartTransaction", payload], tolerated_by(""))
    (event,) = received.events
    shown = msgspec.to_builtins(event)
    assert (shown["connector"], shown["tag"], shown["meter_start_wh"], shown["reservation_id"]) == (1, "77", 9, None)
    assert received.deviations == {"number-for-text", "text-for-number", "null-for-nothing"}


@pytest.mark.parametrize("value", ["one", "", True, [], {}, "1e400", 10**30, "9" * 30])
def test_what_is_no_number_is_made_none(value: Any) -> None:
    assert is_refused(heard([2, "m1", "StartTransaction", {**START, "meterStart": value}], tolerated_by("lenient")))


def test_a_required_field_that_is_null_is_missing() -> None:
    received = heard([2, "m1", "StatusNotification", {**STATUS, "status": None}], tolerated_by("lenient"))
    assert msgspec.json.decode(received.frames[0])[2] == "ProtocolError"


def test_the_names_of_profiles_know_no_case_and_unknown_ones_count_as_usual() -> None:
    assert is_profile("Lenient")
    assert not is_profile("acme")
    assert tolerated_by("LENIENT") == frozenset(DEVIATIONS)
    assert tolerated_by("acme") == tolerated_by("")


def test_a_profile_changed_meanwhile_counts_from_the_next_message_on() -> None:
    tolerated = tolerated_by("strict")
    translator = Ocpp16("CP-1", NOW, 300, OpenTransactions(), lambda: tolerated)
    frame = msgspec.json.encode(BROKEN["extra-field"])
    assert is_refused(translator.receive(frame, NOW))
    tolerated = tolerated_by("")
    assert not is_refused(translator.receive(frame, NOW))

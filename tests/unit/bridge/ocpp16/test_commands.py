"""Commands as calls, and what the charge points' answers mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from ocpp_bridge.ocpp16.actions import ACTIONS
from ocpp_bridge.ocpp16.commands import call_for, outcome
from ocpp_bridge.ocpp16.frames import read
from ocpp_bridge.ocpp16.support import support_page
from ocpp_bridge.translation import Answer, AnswerTo, Impossible
from wire.commands import Hold, Ocpp, Release, Start, Stop
from wire.ocpp_schemas import UnknownSchema, compiled

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ENVELOPE: dict[str, Any] = {
    "command_id": "c1",
    "charge_point_id": "CP-1",
    "issued_at": NOW,
    "expires_at": NOW + timedelta(minutes=1),
}
HOLD = Hold(**ENVELOPE, connector=1, reservation_id=7, tag="KW-ANNA", until=NOW + timedelta(minutes=25))
RELEASE = Release(**ENVELOPE, connector=1, reservation_id=7)
START = Start(**ENVELOPE, connector=1, tag="KW-ANNA")
STOP = Stop(**ENVELOPE, transaction_id="55", connector=1)


def test_a_hold_reserves_for_the_holder_and_all_their_cards() -> None:
    call = call_for(HOLD)
    assert call.action == "ReserveNow"
    assert call.payload == {
        "connectorId": 1,
        "expiryDate": "2026-05-04T12:25:00.000Z",
        "idTag": "KW-ANNA",
        "parentIdTag": "KW-ANNA",
        "reservationId": 7,
    }


def test_the_other_verbs_are_ocpps_calls() -> None:
    assert (call_for(RELEASE).action, call_for(RELEASE).payload) == ("CancelReservation", {"reservationId": 7})
    assert call_for(START).payload == {"connectorId": 1, "idTag": "KW-ANNA"}
    assert call_for(STOP).payload == {"transactionId": 55}


@pytest.mark.parametrize(
    ("action", "payload", "why"),
    [
        ("Reset", {"type": "Gentle"}, "PropertyConstraintViolation"),
        ("Authorize", {"idTag": "T"}, "NotImplemented here"),
        ("MakeCoffee", {}, "NotImplemented here"),
        ("ChangeConfiguration", {"key": "k"}, "ProtocolError"),
        ("RemoteStopTransaction", {"transactionId": "x"}, "TypeConstraintViolation"),
    ],
)
def test_a_raw_call_that_is_not_in_the_table_or_malformed_is_not_sent(
    action: str, payload: dict[str, Any], why: str
) -> None:
    with pytest.raises(Impossible, match=why):
        call_for(Ocpp(**ENVELOPE, action=action, payload=payload))


@pytest.mark.parametrize("transaction_id", ["abc", "", "-1", "1.5"])
def test_a_transaction_id_of_another_protocol_cannot_be_stopped(transaction_id: str) -> None:
    with pytest.raises(Impossible):
        call_for(Stop(**ENVELOPE, transaction_id=transaction_id, connector=1))


@pytest.mark.parametrize(
    ("command", "answer", "expected", "word"),
    [
        (HOLD, Answer({"status": "Accepted"}), "accepted", "Accepted"),
        (HOLD, Answer({"status": "Occupied"}), "rejected", "Occupied"),
        (HOLD, Answer({"status": "Faulted"}), "rejected", "Faulted"),
        (HOLD, Answer({"status": "Unavailable"}), "rejected", "Unavailable"),
        (HOLD, Answer({"status": "Rejected"}), "rejected", "Rejected"),
        (HOLD, Answer({}), "rejected", ""),
        (HOLD, Answer(error="NotImplemented"), "failed", "NotSupported"),
        (HOLD, Answer(error="NotSupported"), "failed", "NotSupported"),
        (HOLD, Answer(error="timeout"), "failed", "timeout"),
        (HOLD, Answer(error="disconnected"), "failed", "disconnected"),
        (RELEASE, Answer({"status": "Rejected"}), "rejected", "Rejected"),
        (START, Answer({"status": "Accepted"}), "accepted", "Accepted"),
        (STOP, Answer({"status": "Rejected"}), "rejected", "Rejected"),
        (STOP, Answer({"status": 7}), "rejected", ""),
        (STOP, Answer({"status": "accepted"}), "accepted", "Accepted"),
        (START, Answer({"status": "Maybe"}), "rejected", "Maybe"),
    ],
)
def test_an_answer_ends_the_command(command: Any, answer: Answer, expected: str, word: str) -> None:
    ended = outcome(command, answer)
    assert (str(ended.outcome), ended.answer) == (expected, word)


@pytest.mark.parametrize(
    ("action", "answer", "expected", "word"),
    [
        ("Reset", Answer({"status": "Accepted"}), "accepted", "Accepted"),
        ("Reset", Answer({"status": "Rejected"}), "rejected", "Rejected"),
        ("Reset", Answer({}), "failed", "bad_answer"),
        ("Reset", Answer(error="NotImplemented"), "failed", "NotImplemented"),
        ("Reset", Answer(error="timeout"), "failed", "timeout"),
        ("Reset", Answer(error="disconnected"), "failed", "disconnected"),
        ("UnlockConnector", Answer({"status": "UnlockFailed"}), "rejected", "UnlockFailed"),
        ("UnlockConnector", Answer({"status": "Unlocked"}), "accepted", "Unlocked"),
        ("ChangeAvailability", Answer({"status": "Scheduled"}), "accepted", "Scheduled"),
        ("ChangeConfiguration", Answer({"status": "RebootRequired"}), "accepted", "RebootRequired"),
        ("ChangeConfiguration", Answer({"status": "NotSupported"}), "rejected", "NotSupported"),
        ("ClearChargingProfile", Answer({"status": "Unknown"}), "rejected", "Unknown"),
        ("DataTransfer", Answer({"status": "UnknownVendorId"}), "rejected", "UnknownVendorId"),
        ("TriggerMessage", Answer({"status": "NotImplemented"}), "rejected", "NotImplemented"),
        ("SendLocalList", Answer({"status": "VersionMismatch"}), "rejected", "VersionMismatch"),
        ("SignedUpdateFirmware", Answer({"status": "AcceptedCanceled"}), "accepted", "AcceptedCanceled"),
        ("Reset", Answer({"status": "Maybe"}), "failed", "bad_answer"),
        ("Reset", Answer({"status": "rejected"}), "rejected", "Rejected"),
        ("UnlockConnector", Answer({"status": "UNLOCKED"}), "accepted", "Unlocked"),
        ("UpdateFirmware", Answer({}), "accepted", ""),
        ("UpdateFirmware", Answer({"status": "Rejected"}), "rejected", "Rejected"),
        ("GetLocalListVersion", Answer({"listVersion": 4}), "accepted", ""),
        ("GetLocalListVersion", Answer({"listVersion": -1}), "accepted", ""),
        ("GetLocalListVersion", Answer({"listVersion": "4"}), "failed", "bad_answer"),
        ("GetLocalListVersion", Answer({}), "failed", "bad_answer"),
        ("GetLocalListVersion", Answer({"listVersion": "none"}), "failed", "bad_answer"),
        ("GetConfiguration", Answer({}), "accepted", ""),
        ("GetConfiguration", Answer({"configurationKey": None}), "accepted", ""),
        ("GetConfiguration", Answer({"configurationKey": "x"}), "failed", "bad_answer"),
        ("GetConfiguration", Answer({"unknownKey": {}}), "failed", "bad_answer"),
    ],
)
def test_a_raw_operation_ends_in_the_charge_points_own_word(
    action: str, answer: Answer, expected: str, word: str
) -> None:
    ended = outcome(Ocpp(**ENVELOPE, action=action, payload={}), answer)
    assert (str(ended.outcome), ended.answer) == (expected, word)


def test_a_raw_answer_without_status_is_an_answer() -> None:
    raw = Ocpp(**ENVELOPE, action="GetConfiguration", payload={})
    ended = outcome(raw, Answer({"unknownKey": ["x"]}))
    assert (str(ended.outcome), ended.response) == ("accepted", {"unknownKey": ["x"]})


def test_an_authorization_key_shown_in_clear_goes_no_further() -> None:
    raw = Ocpp(**ENVELOPE, action="GetConfiguration", payload={})
    shown = {"configurationKey": [{"key": "authorizationkey", "readonly": False, "value": "hush"}, 5]}
    assert "hush" not in str(outcome(raw, Answer(shown)))


def test_every_action_of_the_table_is_one_of_ocpp_1_6() -> None:
    for name in ACTIONS:
        assert compiled(name) is compiled(name)
    with pytest.raises(UnknownSchema):
        compiled("MakeCoffee")


def test_the_support_page_has_a_line_for_every_action_and_says_what_is_missing() -> None:
    page = support_page()
    for name, action in ACTIONS.items():
        (line,) = [line for line in page.splitlines() if f"| {name} |" in line]
        assert ("| yes |" in line) == (action.receive is not None or action.sent)


def test_a_status_word_or_an_error_without_end_is_cut_before_the_api_would_refuse_it() -> None:
    reset = Ocpp(**ENVELOPE, action="Reset", payload={"type": "Soft"})
    endless = outcome(reset, Answer({"status": "Accepted" * 1000}))
    assert (endless.answer, len(endless.error)) == ("bad_answer", 107)
    assert len(outcome(STOP, Answer({"status": "Accepted" * 1000})).answer) == 64
    said = read(msgspec.json.encode([4, "m1", "E" * 5000, "d" * 50_000, {}]))
    assert isinstance(said, AnswerTo)
    told = outcome(reset, said.answer)
    assert (len(told.answer), len(told.error)) == (64, 255)

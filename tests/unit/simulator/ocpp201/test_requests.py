import pytest

from simulator.link.schemas import actions
from tests.unit.simulator.ocpp201.bench import token

pytestmark = pytest.mark.anyio

BLOCKS = {
    "CancelReservation", "ChangeAvailability", "ClearCache", "ClearChargingProfile", "DataTransfer", "GetBaseReport",
    "GetChargingProfiles", "GetCompositeSchedule", "GetLocalListVersion", "GetReport", "GetTransactionStatus",
    "GetVariables", "RequestStartTransaction", "RequestStopTransaction", "ReserveNow", "Reset", "SendLocalList",
    "SetChargingProfile", "SetNetworkProfile", "SetVariables", "TriggerMessage", "UnlockConnector",
}  # fmt: skip


async def test_actions_of_other_blocks_are_not_supported_and_unknown_ones_not_implemented(bench):
    assert bench.charge_point.answers() == BLOCKS
    for action in actions("ocpp2.0.1") - BLOCKS:
        assert bench.refusal(action, {}) == "NotSupported"
    assert bench.refusal("MakeCoffee", {}) == "NotImplemented"
    assert bench.refusal("", {}) == "NotImplemented"


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Reset", {}, "OccurrenceConstraintViolation"),
        ("Reset", {"type": 1}, "TypeConstraintViolation"),
        ("Reset", {"type": "Hard"}, "PropertyConstraintViolation"),
        ("Reset", {"type": "Immediate", "when": "now"}, "FormatViolation"),
        ("Reset", {"type": "Immediate", "evseId": "1"}, "TypeConstraintViolation"),
        ("Reset", {"type": "Immediate", "evseId": 1.5}, "TypeConstraintViolation"),
        ("Reset", {"type": "Immediate", "evseId": 2**31}, "PropertyConstraintViolation"),
        ("GetVariables", {"getVariableData": []}, "OccurrenceConstraintViolation"),
        ("GetVariables", {"getVariableData": [{"component": {}, "variable": {}}]}, "OccurrenceConstraintViolation"),
        (
            "RequestStartTransaction",
            {"idToken": token("x" * 37), "remoteStartId": 1},
            "PropertyConstraintViolation",
        ),
        (
            "ReserveNow",
            {"id": 1, "expiryDateTime": "tomorrow", "idToken": token()},
            "PropertyConstraintViolation",
        ),
        ("ReserveNow", {"id": 1, "expiryDateTime": 5, "idToken": token()}, "TypeConstraintViolation"),
        (
            "GetReport",
            {"requestId": 1, "componentCriteria": ["Active", "Enabled", "Problem", "Available", "Active"]},
            "OccurrenceConstraintViolation",
        ),
    ],
)
async def test_a_wrong_payload_is_refused_in_ocpps_words_and_changes_nothing(bench, action, payload, code):
    before = bench.speaker.state
    assert bench.refusal(action, payload) == code
    assert (bench.speaker.state, bench.restarts, bench.heard) == (before, [], [])


async def test_every_request_without_its_fields_is_refused(bench):
    may_be_empty = {"ClearCache", "GetLocalListVersion", "GetReport", "GetTransactionStatus", "ClearChargingProfile"}
    for action in BLOCKS - may_be_empty:
        assert bench.refusal(action, {}) == "OccurrenceConstraintViolation"
    for action in BLOCKS:
        assert bench.refusal(action, {"nonsense": 1} | ({"requestId": 1} if action == "GetReport" else {})) in {
            "OccurrenceConstraintViolation",
            "FormatViolation",
        }

"""Conformance, RemoteTrigger and SmartCharging."""

from typing import Any

import pytest

from tests.e2e.box import now
from tests.e2e.conformance16.stand import OK, Stand, ahead
from tests.e2e.world import wait_for

TRIGGERED: dict[str, tuple[int | None, dict[str, Any]]] = {
    "BootNotification": (None, {"chargePointVendor": "Test", "chargePointModel": "Triggered"}),
    "DiagnosticsStatusNotification": (None, {"status": "Idle"}),
    "FirmwareStatusNotification": (None, {"status": "Idle"}),
    "Heartbeat": (None, {}),
    "MeterValues": (1, {"connectorId": 1, "meterValue": [{"timestamp": now(), "sampledValue": [{"value": "1"}]}]}),
    "StatusNotification": (1, {"connectorId": 1, "status": "Unavailable", "errorCode": "NoError"}),
}
"""By message: the connector asked about, and what the charge point then says."""


@pytest.mark.parametrize("message", TRIGGERED)
def test_a_message_is_asked_for_and_taken(shared: Stand, message: str) -> None:
    connector, payload = TRIGGERED[message]
    more = {} if connector is None else {"connector": connector}
    command = shared.typed("POST", "trigger", {"message": message, **more}, "TriggerMessage", OK)
    assert command["status"] == "accepted"
    expected = {"requestedMessage": message, **({} if connector is None else {"connectorId": connector})}
    assert shared.asked("TriggerMessage") == expected
    answer = shared.box.call(message, payload)
    match message:
        case "BootNotification":
            wait_for(lambda: shared.point()["model"] == "Triggered", 10, "the boot is known")
        case "DiagnosticsStatusNotification" | "FirmwareStatusNotification":
            [notice] = wait_for(lambda: shared.notices(message))
            assert notice["payload"] == payload
        case "Heartbeat":
            assert set(answer) == {"currentTime"}
        case "MeterValues":
            shown = shared.world.admin.do("GET", f"{shared.path}/messages")["messages"]
            assert "MeterValues" in [each["action"] for each in shown]
        case "StatusNotification":
            shared.becomes("unavailable")


@pytest.mark.parametrize("answer", ["Rejected", "NotImplemented"])
def test_a_trigger_that_is_not_heeded(shared: Stand, answer: str) -> None:
    command = shared.typed("POST", "trigger", {"message": "Heartbeat"}, "TriggerMessage", {"status": answer})
    assert (command["status"], command["error"]) == ("rejected", answer)


def test_what_cannot_be_triggered_is_not_sent(shared: Stand) -> None:
    body = {"action": "TriggerMessage", "payload": {"requestedMessage": "StartTransaction"}}
    assert shared.refused("POST", "command", body)[0] == 422
    assert shared.refused("POST", "trigger", {"message": "StatusNotification", "connector": 9})[0] == 422


PERIODS = [{"start_s": 0, "limit": 16.0}, {"start_s": 60, "limit": 8.5, "phases": 1}]
OCPP_PERIODS = [{"startPeriod": 0, "limit": 16.0}, {"startPeriod": 60, "limit": 8.5, "numberPhases": 1}]


def put(here: Stand, answer: str = "Accepted", **more: Any) -> dict[str, Any]:
    """A profile by the admin's route."""
    body = {"connector": 1, "profile_id": 1, "periods": PERIODS, **more}
    return here.typed("POST", "charging_profile", body, "SetChargingProfile", {"status": answer})


def profiles(here: Stand) -> list[tuple[int, int, str]]:
    """(connector, id, purpose) of those the API knows."""
    found = here.records()["charging_profiles"]["profiles"]
    return [(each["connector"], each["profile_id"], each["purpose"]) for each in found]


def test_a_profile_for_every_transaction(here: Stand) -> None:
    assert put(here, begin_at=ahead(minutes=1), kind="Absolute", duration_s=120)["status"] == "accepted"
    asked = here.asked("SetChargingProfile")
    assert asked["connectorId"] == 1
    profile = asked["csChargingProfiles"]
    assert (profile["chargingProfilePurpose"], profile["chargingProfileKind"]) == ("TxDefaultProfile", "Absolute")
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == OCPP_PERIODS
    assert profile["chargingSchedule"]["duration"] == 120
    assert profiles(here) == [(1, 1, "TxDefaultProfile")]


def test_a_profile_for_a_running_transaction(here: Stand) -> None:
    transaction_id = here.charge(here.driver().tag)
    command = put(here, purpose="TxProfile", transaction_id=transaction_id, profile_id=2, stack_level=1)
    assert command["status"] == "accepted"
    profile = here.asked("SetChargingProfile")["csChargingProfiles"]
    assert (profile["transactionId"], profile["stackLevel"]) == (transaction_id, 1)
    assert profiles(here) == [(1, 2, "TxProfile")]


def test_a_profile_for_the_whole_charge_point(here: Stand) -> None:
    assert put(here, connector=0, purpose="ChargePointMaxProfile", kind="Absolute")["status"] == "accepted"
    assert here.asked("SetChargingProfile")["connectorId"] == 0
    assert profiles(here) == [(0, 1, "ChargePointMaxProfile")]


def test_a_profile_with_a_remote_start(here: Stand) -> None:
    profile = {
        "chargingProfileId": 7, "stackLevel": 0, "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": OCPP_PERIODS},
    }  # fmt: skip
    tag = here.driver().tag
    payload = {"connectorId": 1, "idTag": tag, "chargingProfile": profile}
    assert here.raw("RemoteStartTransaction", payload, OK)["status"] == "accepted"
    assert here.asked("RemoteStartTransaction") == payload
    assert here.start(tag)[1]["status"] == "Accepted"


@pytest.mark.parametrize("answer", ["Rejected", "NotSupported"])
def test_a_profile_that_is_not_taken(here: Stand, answer: str) -> None:
    command = put(here, answer)
    assert (command["status"], command["error"], profiles(here)) == ("rejected", answer, [])


@pytest.mark.parametrize(
    "more",
    [{"purpose": "TxProfile", "connector": 0}, {"purpose": "ChargePointMaxProfile"}, {"connector": 4},
     {"kind": "Recurring"}, {"transaction_id": 5}],
    ids=["transaction at 0", "whole at 1", "no such connector", "recurring how", "default for one transaction"],
)  # fmt: skip
def test_a_profile_that_contradicts_itself_is_not_sent(shared: Stand, more: dict[str, Any]) -> None:
    body = {"connector": 1, "profile_id": 1, "periods": PERIODS, **more}
    assert shared.refused("POST", "charging_profile", body)[0] == 422
    assert "SetChargingProfile" not in [name for name, _ in shared.box.asked]


def test_a_composite_schedule(shared: Stand) -> None:
    schedule = {"duration": 60, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11e3}]}
    answer = {"status": "Accepted", "connectorId": 1, "scheduleStart": now(), "chargingSchedule": schedule}
    payload = {"connectorId": 1, "duration": 60, "chargingRateUnit": "W"}
    command = shared.raw("GetCompositeSchedule", payload, answer)
    assert shared.asked("GetCompositeSchedule") == payload
    assert (command["status"], command["response"]) == ("accepted", answer)
    command = shared.raw("GetCompositeSchedule", payload, {"status": "Rejected"})
    assert (command["status"], command["error"]) == ("rejected", "Rejected")


@pytest.mark.parametrize(
    ("query", "payload", "left"),
    [
        ("profile_id=1", {"id": 1}, [2, 3]),
        ("connector=1&purpose=TxDefaultProfile", {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile"}, [3]),
        ("connector=1&stack_level=1", {"connectorId": 1, "stackLevel": 1}, [1, 3]),
        ("", {}, []),
    ],
    ids=["by id", "by purpose", "by level", "all"],
)
def test_profiles_are_cleared(here: Stand, query: str, payload: dict[str, Any], left: list[int]) -> None:
    put(here)
    put(here, profile_id=2, stack_level=1)
    put(here, profile_id=3, connector=0, purpose="ChargePointMaxProfile", kind="Absolute")
    noun = f"charging_profile?{query}" if query else "charging_profile"
    assert here.typed("DELETE", noun, None, "ClearChargingProfile", OK)["status"] == "accepted"
    assert here.asked("ClearChargingProfile") == payload
    assert [number for _, number, _ in profiles(here)] == left


def test_a_profile_that_is_not_there_is_not_cleared(here: Stand) -> None:
    command = here.typed("DELETE", "charging_profile?profile_id=9", None, "ClearChargingProfile", {"status": "Unknown"})
    assert (command["status"], command["error"]) == ("rejected", "Unknown")

"""Conformance, Core: what the central system asks of a charge point beside starts and stops."""

from typing import Any

import pytest

from tests.e2e.box import now
from tests.e2e.conformance16.stand import OK, Stand
from tests.e2e.world import wait_for


@pytest.mark.parametrize(("kind", "reason"), [("soft", "SoftReset"), ("hard", "HardReset")])
def test_a_reset_ends_the_charge_and_boots(here: Stand, kind: str, reason: str) -> None:
    booted_at = wait_for(lambda: here.point()["booted_at"])
    transaction_id = here.charge(here.driver().tag)
    assert here.typed("POST", "reset", {"type": kind}, "Reset", OK)["status"] == "accepted"
    assert here.asked("Reset") == {"type": kind.capitalize()}
    if kind == "soft":
        here.stop(transaction_id, reason)
    here.box.drop()
    here.box.boot()
    if kind == "hard":
        here.stop(transaction_id, reason)
    here.status("Available")
    assert here.session(end_reason="unplugged")["energy_wh"] == 100
    wait_for(lambda: here.point()["booted_at"] > booted_at, 10, "the new boot")


def test_a_reset_that_is_rejected_changes_nothing(shared: Stand) -> None:
    command = shared.typed("POST", "reset", {"type": "hard"}, "Reset", {"status": "Rejected"})
    assert (command["status"], command["error"], command["answer"]) == ("rejected", "Rejected", "Rejected")
    assert shared.connected()


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [("Unlocked", "accepted", None), ("UnlockFailed", "rejected", "UnlockFailed"),
     ("NotSupported", "rejected", "NotSupported")],
)  # fmt: skip
def test_an_unlock(shared: Stand, answer: str, status: str, error: str | None) -> None:
    command = shared.typed("POST", "unlock", {"connector": 1}, "UnlockConnector", {"status": answer})
    assert shared.asked("UnlockConnector") == {"connectorId": 1}
    assert (command["status"], command["error"], command["answer"]) == (status, error, answer)


@pytest.mark.parametrize("connector", [0, 2, 99])
def test_an_unlock_of_a_connector_that_is_not_there_is_not_sent(shared: Stand, connector: int) -> None:
    before = len(shared.box.asked)
    assert shared.refused("POST", "unlock", {"connector": connector})[0] == 422
    body = {"action": "UnlockConnector", "payload": {"connectorId": connector}}
    assert shared.refused("POST", "command", body)[0] == 422
    assert len(shared.box.asked) == before


def test_an_unlock_ends_a_charge(here: Stand) -> None:
    transaction_id = here.charge(here.driver().tag)
    here.typed("POST", "unlock", {"connector": 1}, "UnlockConnector", {"status": "Unlocked"})
    here.stop(transaction_id, "UnlockCommand")
    here.status("Finishing")
    here.becomes("full")
    here.status("Available")
    assert here.session(end_reason="unplugged")["energy_wh"] == 100


KEYS = [
    {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
    {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
    {"key": "AuthorizationKey", "readonly": False},
]


def keys(here: Stand) -> dict[str, Any]:
    """What the API shows of the configuration, by key."""
    found = here.world.admin.do("GET", f"{here.path}/configuration")["configuration"]["keys"]
    return {each["key"]: each for each in found}


def test_all_keys_are_read(shared: Stand) -> None:
    command = shared.raw("GetConfiguration", {}, {"configurationKey": KEYS})
    assert ("GetConfiguration", {}) in shared.box.asked
    assert (command["status"], len(command["response"]["configurationKey"])) == ("accepted", 3)
    shown = keys(shared)
    assert (shown["HeartbeatInterval"]["value"], shown["NumberOfConnectors"]["readonly"]) == ("300", True)
    assert shown["AuthorizationKey"]["value"] in {None, "***"}


def test_one_key_is_read(shared: Stand) -> None:
    command = shared.raw("GetConfiguration", {"key": ["HeartbeatInterval"]}, {"configurationKey": KEYS[:1]})
    assert command["status"] == "accepted"
    assert keys(shared)["HeartbeatInterval"]["value"] == "300"


def test_a_key_it_does_not_have_is_shown_as_unknown(shared: Stand) -> None:
    command = shared.raw("GetConfiguration", {"key": ["Nonsense"]}, {"unknownKey": ["Nonsense"]})
    assert command["status"] == "accepted"
    assert "Nonsense" in shared.records()["configuration"]["unknown_keys"]


@pytest.mark.parametrize(
    ("answer", "status", "value"),
    [("Accepted", "accepted", "60"), ("RebootRequired", "accepted", "60"), ("Rejected", "rejected", "300")],
    ids=["taken", "after a boot", "invalid value or read only"],
)
def test_a_key_is_changed_or_not(shared: Stand, answer: str, status: str, value: str) -> None:
    shared.raw("GetConfiguration", {"key": ["HeartbeatInterval"]}, {"configurationKey": KEYS[:1]})
    body = {"key": "HeartbeatInterval", "value": "60"}
    command = shared.typed("PATCH", "configuration", body, "ChangeConfiguration", {"status": answer})
    assert shared.asked("ChangeConfiguration", key="HeartbeatInterval") == body
    assert (command["status"], command["answer"]) == (status, answer)
    assert keys(shared)["HeartbeatInterval"]["value"] == value
    assert keys(shared)["HeartbeatInterval"]["answer"] == answer
    assert shared.point()["reboot_required"] is (answer == "RebootRequired")
    shared.box.boot()
    wait_for(lambda: shared.point()["reboot_required"] is False, 10, "it has booted")


def test_a_key_that_is_not_supported_is_shown_as_unknown(shared: Stand) -> None:
    body = {"key": "Nonsense", "value": "1"}
    command = shared.typed("PATCH", "configuration", body, "ChangeConfiguration", {"status": "NotSupported"})
    assert (command["status"], command["error"]) == ("rejected", "NotSupported")
    assert "Nonsense" not in keys(shared)
    assert "Nonsense" in shared.records()["configuration"]["unknown_keys"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("HeartbeatInterval", "x" * 501), ("k" * 51, "1"), ("", "1")],
    ids=["value too long", "key too long", "no key"],
)
def test_a_value_that_cannot_be_meant_is_not_sent(shared: Stand, key: str, value: str) -> None:
    assert shared.refused("PATCH", "configuration", {"key": key, "value": value})[0] == 422
    assert ("ChangeConfiguration", {"key": key, "value": value}) not in shared.box.asked


@pytest.mark.parametrize(("answer", "status"), [("Accepted", "accepted"), ("Rejected", "rejected")])
def test_a_cache_is_cleared_or_not(shared: Stand, answer: str, status: str) -> None:
    command = shared.typed("POST", "clear_cache", None, "ClearCache", {"status": answer})
    assert (shared.asked("ClearCache"), command["status"], command["answer"]) == ({}, status, answer)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Accepted", "accepted"), ("Rejected", "rejected"), ("UnknownMessageId", "rejected"),
     ("UnknownVendorId", "rejected")],
)  # fmt: skip
def test_data_to_a_charge_point(shared: Stand, answer: str, status: str) -> None:
    payload = {"vendorId": "org.example", "messageId": "lamp", "data": "on"}
    command = shared.raw("DataTransfer", payload, {"status": answer, "data": "off"})
    assert shared.asked("DataTransfer") == payload
    assert (command["status"], command["answer"], command["response"]["data"]) == (status, answer, "off")


def test_data_from_a_charge_point_of_a_vendor_we_do_not_know(shared: Stand) -> None:
    payload = {"vendorId": "org.example", "messageId": "lamp", "data": "on"}
    assert shared.box.call("DataTransfer", payload) == {"status": "UnknownVendorId"}
    [notice] = wait_for(lambda: shared.notices("DataTransfer"))
    assert notice["payload"] == payload


def availability(here: Stand, *, available: bool, answer: str) -> dict[str, Any]:
    """ChangeAvailability of connector 1, and what the API keeps of it."""
    body = {"connector": 1, "available": available}
    command = here.typed("POST", "availability", body, "ChangeAvailability", {"status": answer})
    kind = "Operative" if available else "Inoperative"
    assert here.asked("ChangeAvailability") == {"connectorId": 1, "type": kind}
    [kept] = here.records()["availability"]["connectors"]
    assert (kept["connector"], kept["wanted"], kept["answer"]) == (1, kind, answer)
    return command


def test_a_connector_is_taken_out_of_service_and_back(here: Stand) -> None:
    assert availability(here, available=False, answer="Accepted")["status"] == "accepted"
    here.status("Unavailable")
    here.becomes("unavailable")
    assert availability(here, available=True, answer="Accepted")["status"] == "accepted"
    here.status("Available")
    here.becomes("available")


def test_a_connector_in_use_goes_out_of_service_when_its_charge_ends(here: Stand) -> None:
    transaction_id = here.charge(here.driver().tag)
    assert availability(here, available=False, answer="Scheduled")["answer"] == "Scheduled"
    here.becomes("charging")
    here.stop(transaction_id, "EVDisconnected")
    here.status("Unavailable")
    here.becomes("unavailable")
    assert here.session(end_reason="unplugged")["energy_wh"] == 100


def test_readings_on_the_clock_are_taken_without_a_transaction(shared: Stand) -> None:
    values = [{"timestamp": now(), "sampledValue": [{"value": "1000", "context": "Sample.Clock"}]}]
    assert shared.box.call("MeterValues", {"connectorId": 1, "meterValue": values}) == {}
    assert shared.world.sessions(shared.site) == []

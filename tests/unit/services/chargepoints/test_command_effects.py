"""What answered operations leave: configuration, lists, profiles, wishes, updates, certificates, capabilities, keys."""

import hashlib
import json
from typing import Any

import pytest

from model.charge_point import CommandRecord, CommandStatus
from model.charge_point_records import (
    Availability,
    Certificates,
    ChargingProfiles,
    Configuration,
    Firmware,
    LocalList,
    Upload,
)
from services.chargepoints.commands import VALID_FOR
from tests.fakes.site_world import World

OLD, NEW = "0123456789abcdef", "fedcba9876543210"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
URL = "https://me:secret@files.example.org/x"
SHOWN_URL = "https://me:***@files.example.org/x"
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "01"}
ROOTS = {"certificateType": "CentralSystemRootCertificate"}


@pytest.fixture
def yard(world: World) -> World:
    world.location(chargers=2)
    world.charge_point(connectors=2)
    return world


def do(yard: World, action: str, payload: dict[str, Any] | None = None, **response: Any) -> CommandRecord:
    """Send it and have it answered with this payload."""
    record = yard.services.commands.send("CP1", action, payload or {}, "u-root")
    word = str(response.get("status", ""))
    refusals = {"Rejected", "NotSupported", "Unknown", "NotFound", "VersionMismatch"}
    outcome = "rejected" if word in refusals else "accepted"
    return end(yard, record, outcome, answer=word, response=response)


def end(yard: World, record: CommandRecord, outcome: str, **fields: Any) -> CommandRecord:
    told = yard.tell("CP1", "command_result", command_id=record.command_id, outcome=outcome, **fields)
    assert told["outcome"] == "applied"
    return yard.services.commands.get("CP1", record.command_id)


def kept(yard: World, name: str, kind: Any) -> Any:
    return yard.services.records.get("CP1", name, kind)


def settings(yard: World) -> dict[str, tuple[str | None, bool, str]]:
    return {
        each.key: (each.value, each.readonly, each.answer) for each in kept(yard, "configuration", Configuration).keys
    }


def key(name: str, value: str | None = None, readonly: bool = False) -> dict[str, Any]:
    return {"key": name, "readonly": readonly} | ({} if value is None else {"value": value})


def test_the_configuration_is_what_the_charge_point_told_last_with_secrets_hidden(yard):
    told = [key("HeartbeatInterval", "60"), key("AuthorizationKey", OLD), key("Model", None, readonly=True)]
    do(yard, "GetConfiguration", configurationKey=told, unknownKey=["Odd"])
    assert settings(yard) == {
        "AuthorizationKey": ("***", False, ""), "HeartbeatInterval": ("60", False, ""), "Model": (None, True, ""),
    }  # fmt: skip
    assert kept(yard, "configuration", Configuration).unknown_keys == ("Odd",)
    do(
        yard,
        "GetConfiguration",
        {"key": ["Model", "Other"]},
        configurationKey=[key("Model", "x")],
        unknownKey=["Other"],
    )
    assert settings(yard)["Model"] == ("x", False, "")
    assert settings(yard)["HeartbeatInterval"] == ("60", False, "")
    assert kept(yard, "configuration", Configuration).unknown_keys == ("Odd", "Other")
    do(yard, "GetConfiguration", configurationKey=[key("HeartbeatInterval", "90"), 5, {"key": 3}])
    assert settings(yard) == {"HeartbeatInterval": ("90", False, "")}


def test_what_the_bridge_read_after_a_boot_joins_what_is_known(yard):
    do(yard, "GetConfiguration", configurationKey=[key("Beat", "60"), key("Model", "x", readonly=True)])
    payload = {"configurationKey": [{"key": "Model", "value": "y"}, {"key": "New", "value": "1"}, 7]}
    assert yard.tell("CP1", "notice", action="GetConfiguration", payload=payload)["outcome"] == "applied"
    assert settings(yard) == {"Beat": ("60", False, ""), "Model": ("y", True, ""), "New": ("1", False, "")}


@pytest.mark.parametrize(
    ("word", "value", "unknown"),
    [("Accepted", "30", ()), ("RebootRequired", "30", ()), ("Rejected", "60", ()), ("NotSupported", None, ("Beat",))],
)
def test_a_changed_key_is_what_was_accepted(yard, word, value, unknown):
    do(yard, "GetConfiguration", configurationKey=[key("Beat", "60")])
    record = do(yard, "ChangeConfiguration", {"key": "Beat", "value": "30"}, status=word)
    assert record.answer == word
    assert settings(yard) == ({} if value is None else {"Beat": (value, False, word)})
    assert kept(yard, "configuration", Configuration).unknown_keys == unknown
    point = yard.services.registry.get("CP1")
    assert point.reboot_required == (word == "RebootRequired")
    assert point.unsupported == ()
    yard.clock.advance(seconds=1)
    yard.tell("CP1", "boot", protocol="ocpp1.6", firmware="2")
    assert not yard.services.registry.get("CP1").reboot_required


def test_the_local_list_is_kept_full_and_with_differences(yard):
    def listed(tag: str) -> dict[str, Any]:
        return {"idTag": tag, "idTagInfo": {"status": "Accepted"}}

    def send(version: int, update: str, *tags: Any, status: str = "Accepted") -> LocalList:
        payload = {"listVersion": version, "updateType": update, "localAuthorizationList": list(tags)}
        do(yard, "SendLocalList", payload, status=status)
        found: LocalList = kept(yard, "local_list", LocalList)
        return found

    assert send(3, "Full", listed("B"), listed("A")).tags == ("A", "B")
    after = send(4, "Differential", listed("C"), {"idTag": "a"})
    assert (after.version, after.tags) == (4, ("B", "C"))
    refused = send(9, "Differential", status="VersionMismatch")
    assert (refused.version, refused.tags, refused.status) == (4, ("B", "C"), "VersionMismatch")
    do(yard, "GetLocalListVersion", listVersion=4)
    assert kept(yard, "local_list", LocalList).tags == ("B", "C")
    do(yard, "GetLocalListVersion", listVersion=0)
    assert (kept(yard, "local_list", LocalList).version, kept(yard, "local_list", LocalList).tags) == (0, ())


def profile(number: int, connector: int = 1, level: int = 0, purpose: str = "TxDefaultProfile") -> dict[str, Any]:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}]}
    body = {
        "chargingProfileId": number, "stackLevel": level, "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative", "chargingSchedule": schedule,
    }  # fmt: skip
    return {"connectorId": connector, "csChargingProfiles": body}


def test_charging_profiles_are_those_set_and_not_cleared(yard):
    def ids() -> list[int]:
        return sorted(each.profile_id for each in kept(yard, "charging_profiles", ChargingProfiles).profiles)

    for number, connector, level in ((1, 1, 0), (2, 1, 1), (3, 2, 0), (4, 0, 0)):
        do(yard, "SetChargingProfile", profile(number, connector, level), status="Accepted")
    do(yard, "SetChargingProfile", profile(9, 1, 7), status="Rejected")
    assert ids() == [1, 2, 3, 4]
    do(yard, "SetChargingProfile", profile(5, 1, 0), status="Accepted")  # the same place as 1
    do(yard, "SetChargingProfile", profile(2, 2, 5), status="Accepted")  # the same id, elsewhere
    assert ids() == [2, 3, 4, 5]
    first = next(each for each in kept(yard, "charging_profiles", ChargingProfiles).profiles if each.profile_id == 2)
    assert (first.connector, first.stack_level, first.purpose) == (2, 5, "TxDefaultProfile")
    assert json.loads(first.profile)["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 16.1
    do(yard, "ClearChargingProfile", {"id": 3}, status="Unknown")
    assert ids() == [2, 4, 5]
    do(yard, "ClearChargingProfile", {"connectorId": 2, "stackLevel": 4}, status="Accepted")
    assert ids() == [2, 4, 5]
    do(
        yard,
        "ClearChargingProfile",
        {"connectorId": 2, "chargingProfilePurpose": "TxDefaultProfile"},
        status="Accepted",
    )
    assert ids() == [4, 5]
    do(yard, "ClearChargingProfile", {}, status="Accepted")
    assert ids() == []


def test_the_wish_for_availability_is_kept(yard):
    def wishes() -> list[tuple[int, str, str]]:
        told = kept(yard, "availability", Availability).connectors
        return [(each.connector, each.wanted, each.answer) for each in told]

    do(yard, "ChangeAvailability", {"connectorId": 2, "type": "Inoperative"}, status="Scheduled")
    do(yard, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, status="Rejected")
    assert wishes() == [(2, "Inoperative", "Scheduled")]
    do(yard, "ChangeAvailability", {"connectorId": 0, "type": "Operative"}, status="Accepted")
    assert wishes() == [(0, "Operative", "Accepted")]


def test_updates_and_uploads_are_begun_without_their_passwords(yard):
    update = do(yard, "UpdateFirmware", {"location": URL, "retrieveDate": "2026-03-02T09:00:00Z"})
    assert update.status is CommandStatus.ACCEPTED
    firmware = kept(yard, "firmware", Firmware)
    assert (firmware.command_id, firmware.location, firmware.signed) == (update.command_id, SHOWN_URL, False)
    signed = {"location": URL, "retrieveDateTime": "2026-03-02T09:00:00Z", "signingCertificate": PEM, "signature": "x"}
    do(yard, "SignedUpdateFirmware", {"requestId": 7, "firmware": signed}, status="Accepted")
    assert (kept(yard, "firmware", Firmware).request_id, kept(yard, "firmware", Firmware).signed) == (7, True)
    do(yard, "GetDiagnostics", {"location": URL}, fileName="d.zip")
    assert kept(yard, "diagnostics", Upload).file_name == "d.zip"
    log = {"logType": "SecurityLog", "requestId": 3, "log": {"remoteLocation": URL}}
    record = do(yard, "GetLog", log, status="Accepted", filename="l.zip")
    upload = kept(yard, "log", Upload)
    assert (upload.request_id, upload.file_name, upload.location) == (3, "l.zip", SHOWN_URL)
    do(yard, "GetLog", log, status="Rejected")
    assert kept(yard, "log", Upload) == upload
    assert "secret" not in str(record)


def test_root_certificates_are_those_it_says_it_has(yard):
    def serials() -> list[str]:
        return [each.serial_number for each in kept(yard, "certificates", Certificates).installed]

    other = HASH | {"serialNumber": "02"}
    do(yard, "GetInstalledCertificateIds", ROOTS, status="Accepted", certificateHashData=[HASH, other, {"bad": 1}, 5])
    assert serials() == ["01", "02"]
    do(yard, "DeleteCertificate", {"certificateHashData": HASH}, status="Accepted")
    assert serials() == ["02"]
    do(yard, "GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}, status="NotFound")
    assert serials() == ["02"]
    do(yard, "GetInstalledCertificateIds", ROOTS, status="NotFound")
    assert serials() == []


def test_an_operation_that_is_not_there_is_remembered_until_it_is(yard):
    def lacks() -> tuple[str, ...]:
        found: tuple[str, ...] = yard.services.registry.get("CP1").unsupported
        return found

    for action, payload, word in (
        ("ClearCache", {}, "NotImplemented"),
        ("GetLocalListVersion", {}, "NotSupported"),
        ("Reset", {"type": "Soft"}, "InternalError"),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, "timeout"),
    ):
        record = yard.services.commands.send("CP1", action, payload, "u-root")
        ended = end(yard, record, "failed", answer=word, error="words")
        assert (ended.status, ended.error, ended.detail) == (CommandStatus.FAILED, word, "words")
    do(yard, "UnlockConnector", {"connectorId": 1}, status="NotSupported")
    assert lacks() == ("ClearCache", "GetLocalListVersion", "UnlockConnector")
    do(yard, "ClearCache", status="Rejected")
    assert lacks() == ("GetLocalListVersion", "UnlockConnector")
    yard.clock.advance(seconds=1)
    yard.tell("CP1", "boot", protocol="ocpp1.6", firmware="another")
    assert lacks() == ()


@pytest.mark.parametrize(
    ("outcome", "word", "opens"),
    [("accepted", "Accepted", [NEW]), ("accepted", "RebootRequired", [OLD, NEW]), ("rejected", "Rejected", [OLD]),
     ("failed", "NotSupported", [OLD]), ("failed", "timeout", [OLD, NEW]), ("not_connected", "", [OLD])],
)  # fmt: skip
def test_a_new_key_opens_the_door_as_soon_as_it_may_be_used(yard, outcome, word, opens):
    def doors() -> list[str]:
        known = yard.services.registry.get("CP1").password_sha256
        return [each for each in (OLD, NEW) if hashlib.sha256(each.encode()).hexdigest() in known]

    yard.services.bridge_configs.config("b1")
    payload = {"key": "AuthorizationKey", "value": NEW}
    record = yard.services.commands.send("CP1", "ChangeConfiguration", payload, "u-root")
    assert doors() == [OLD, NEW]
    end(yard, record, outcome, answer=word, response={"status": word} if outcome in {"accepted", "rejected"} else None)
    assert doors() == opens
    assert NEW not in str(kept(yard, "configuration", Configuration))


def test_a_repeated_answer_changes_nothing(yard):
    record = do(yard, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, status="Accepted")
    do(yard, "ChangeAvailability", {"connectorId": 1, "type": "Operative"}, status="Accepted")
    end(yard, record, "accepted", answer="Accepted", response={"status": "Accepted"})
    assert kept(yard, "availability", Availability).connectors[0].wanted == "Operative"


def test_a_late_answer_does_not_revive_its_command_but_what_it_says_is_kept(yard):
    record = yard.services.commands.send("CP1", "GetLocalListVersion", {}, "u-root")
    yard.clock.advance(seconds=VALID_FOR.total_seconds() + 1)
    assert yard.services.commands.get("CP1", record.command_id).status is CommandStatus.EXPIRED
    late = end(yard, record, "accepted", response={"listVersion": 8})
    assert (late.status, late.error, late.response) == (CommandStatus.EXPIRED, "expired", {"listVersion": 8})
    assert kept(yard, "local_list", LocalList).version == 8

"""What may be sent to a charge point: every operation once as it should be, and what is wrong with others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from model.errors import Invalid
from ocpp_bridge.ocpp16.actions import ACTIONS as TABLE
from services.chargepoints.actions import ACTIONS, check_payload
from services.chargepoints.payload_rules import Situation

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOON, PAST = "2026-03-02T09:00:00Z", "2026-03-02T07:00:00Z"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
URL = "https://files.example.org/fw.bin"
HERE = Situation(now=NOW, connectors=frozenset({1, 2}))
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "01"}


def profile(**changes: Any) -> dict[str, Any]:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}]}
    whole: dict[str, Any] = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule | changes.pop("schedule", {}),
    }
    return whole | changes


def installing(connector: int = 1, **changes: Any) -> dict[str, Any]:
    return {"connectorId": connector, "csChargingProfiles": profile(**changes)}


def periods(*starts: int, **more: Any) -> dict[str, Any]:
    return {"schedule": {"chargingSchedulePeriod": [{"startPeriod": each, "limit": 10, **more} for each in starts]}}


def listing(*tags: Any, update: str = "Full", version: int = 1) -> dict[str, Any]:
    return {"listVersion": version, "updateType": update, "localAuthorizationList": list(tags)}


def listed(tag: str, **info: Any) -> dict[str, Any]:
    return {"idTag": tag, "idTagInfo": {"status": "Accepted", **info}}


def signed(**changes: Any) -> dict[str, Any]:
    firmware = {"location": URL, "retrieveDateTime": SOON, "signingCertificate": PEM, "signature": "aGk="}
    return {"requestId": 1, "firmware": firmware | changes}


def log(**changes: Any) -> dict[str, Any]:
    return {"logType": "SecurityLog", "requestId": 1, "log": {"remoteLocation": URL} | changes}


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("CancelReservation", {"reservationId": 1}),
    ("CertificateSigned", {"certificateChain": PEM + PEM}),
    ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}),
    ("ChangeAvailability", {"connectorId": 2, "type": "Operative"}),
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": ""}),
    ("ClearCache", {}),
    ("ClearChargingProfile", {}),
    ("ClearChargingProfile", {"connectorId": 0, "chargingProfilePurpose": "TxProfile", "stackLevel": 3}),
    ("DataTransfer", {"vendorId": "org.example", "data": '{"a": 1}'}),
    ("DeleteCertificate", {"certificateHashData": HASH}),
    ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}),
    ("GetCompositeSchedule", {"connectorId": 0, "duration": 60, "chargingRateUnit": "W"}),
    ("GetConfiguration", {}),
    ("GetConfiguration", {"key": ["HeartbeatInterval"]}),
    ("GetDiagnostics", {"location": "ftp://me:secret@files.example.org/up/", "startTime": PAST, "stopTime": SOON}),
    ("GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}),
    ("GetLocalListVersion", {}),
    ("GetLog", log(oldestTimestamp=PAST, latestTimestamp=SOON)),
    ("InstallCertificate", {"certificateType": "CentralSystemRootCertificate", "certificate": PEM}),
    ("RemoteStartTransaction", {"idTag": "T", "connectorId": 1}),
    ("RemoteStartTransaction", {"idTag": "T", "chargingProfile": profile(chargingProfilePurpose="TxProfile")}),
    ("RemoteStopTransaction", {"transactionId": 5}),
    ("ReserveNow", {"connectorId": 0, "expiryDate": SOON, "idTag": "T", "reservationId": 1}),
    ("Reset", {"type": "Hard"}),
    ("SendLocalList", listing(listed("A", expiryDate=SOON, parentIdTag="P"), listed("B"))),
    ("SendLocalList", listing({"idTag": "A"}, update="Differential")),
    ("SendLocalList", {"listVersion": 3, "updateType": "Full"}),
    ("SetChargingProfile", installing()),
    ("SetChargingProfile", installing(0, chargingProfilePurpose="ChargePointMaxProfile")),
    ("SetChargingProfile", installing(1, chargingProfilePurpose="TxProfile", transactionId=7)),
    ("SetChargingProfile", installing(chargingProfileKind="Recurring", recurrencyKind="Daily")),
    ("SetChargingProfile", installing(**periods(0, 60, 120))),
    ("SignedUpdateFirmware", signed(installDateTime="2026-03-02T10:00:00+01:00")),
    ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 2}),
    ("UnlockConnector", {"connectorId": 1}),
    ("UpdateFirmware", {"location": URL, "retrieveDate": PAST, "retries": 3, "retryInterval": 60}),
]
NO_VERDICT = {"idTag": "A"}
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("CertificateSigned", {"certificateChain": "MIIB"}, "certificateChain"),
    ("CertificateSigned", {"certificateChain": PEM + "-----BEGIN PRIVATE KEY-----"}, "certificateChain"),
    ("ChangeAvailability", {"connectorId": 3, "type": "Operative"}, "connectorId"),
    ("ChangeAvailability", {"connectorId": 1, "type": "Broken"}, "type"),
    ("ChangeConfiguration", {"key": "", "value": "x"}, "key"),
    ("ChangeConfiguration", {"key": "x" * 51, "value": ""}, "key"),
    ("ChangeConfiguration", {"key": "a", "value": 1}, "value"),
    ("ClearChargingProfile", {"connectorId": 9}, "connectorId"),
    ("DataTransfer", {"messageId": "x"}, ""),
    ("DataTransfer", {"vendorId": "x", "data": "x" * 200_000}, ""),
    ("DeleteCertificate", {"certificateHashData": {"hashAlgorithm": "MD5"}}, "certificateHashData"),
    ("ExtendedTriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"}, "requestedMessage"),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 0}, "duration"),
    ("GetConfiguration", {"key": "a"}, "key"),
    ("GetConfiguration", {"key": ["\ud800"]}, ""),
    ("GetConfiguration", {"key": ["x"] * 101}, "key"),
    ("GetDiagnostics", {"location": "file:///etc/passwd"}, "location"),
    ("GetDiagnostics", {"location": "https://"}, "location"),
    ("GetDiagnostics", {"location": URL, "startTime": SOON, "stopTime": PAST}, "stopTime"),
    ("GetDiagnostics", {"location": URL, "startTime": "2026-03-02T07:00:00"}, "startTime"),
    ("GetDiagnostics", {"location": URL, "retries": -1}, "retries"),
    ("GetLog", log(remoteLocation="files.example.org"), "log.remoteLocation"),
    ("GetLog", log(oldestTimestamp=SOON, latestTimestamp=PAST), "log.latestTimestamp"),
    ("GetLog", {"logType": "SecurityLog", "log": {"remoteLocation": URL}}, ""),
    ("InstallCertificate", {"certificateType": "V2G", "certificate": PEM}, "certificateType"),
    ("RemoteStartTransaction", {"idTag": "x" * 21}, "idTag"),
    ("RemoteStartTransaction", {"idTag": ""}, "idTag"),
    ("RemoteStartTransaction", {"idTag": "T", "connectorId": 0}, "connectorId"),
    ("RemoteStartTransaction", {"idTag": "T", "chargingProfile": profile()}, "chargingProfile.chargingProfilePurpose"),
    (
        "RemoteStartTransaction",
        {"idTag": "T", "chargingProfile": profile(chargingProfilePurpose="TxProfile", transactionId=1)},
        "chargingProfile.transactionId",
    ),
    ("RemoteStopTransaction", {"transactionId": "5"}, "transactionId"),
    ("RemoteStopTransaction", {"transactionId": 2**31}, "transactionId"),
    ("RemoteStopTransaction", {"transactionId": 5, "extra": 1}, ""),
    ("ReserveNow", {"connectorId": 1, "expiryDate": PAST, "idTag": "T", "reservationId": 1}, "expiryDate"),
    ("ReserveNow", {"connectorId": 1, "expiryDate": "soon", "idTag": "T", "reservationId": 1}, "expiryDate"),
    ("Reset", {"type": "Gentle"}, "type"),
    ("SendLocalList", listing(version=0), "listVersion"),
    ("SendLocalList", listing(listed("A"), listed("a")), "localAuthorizationList.1.idTag"),
    ("SendLocalList", listing(NO_VERDICT), "localAuthorizationList.0.idTagInfo"),
    ("SendLocalList", listing(listed("x" * 21)), "localAuthorizationList.0.idTag"),
    ("SendLocalList", listing(update="Partial"), "updateType"),
    ("SetChargingProfile", installing(0, chargingProfilePurpose="TxProfile"), "connectorId"),
    ("SetChargingProfile", installing(1, chargingProfilePurpose="ChargePointMaxProfile"), "connectorId"),
    ("SetChargingProfile", installing(transactionId=4), "csChargingProfiles.transactionId"),
    ("SetChargingProfile", installing(stackLevel=-1), "csChargingProfiles.stackLevel"),
    ("SetChargingProfile", installing(chargingProfileKind="Recurring"), "csChargingProfiles.recurrencyKind"),
    ("SetChargingProfile", installing(recurrencyKind="Daily"), "csChargingProfiles.recurrencyKind"),
    ("SetChargingProfile", installing(validTo=PAST), "csChargingProfiles.validTo"),
    (
        "SetChargingProfile",
        installing(validFrom="2026-03-03T00:00:00Z", validTo=SOON),
        "csChargingProfiles.validTo",
    ),
    ("SetChargingProfile", installing(**periods()), "csChargingProfiles.chargingSchedule.chargingSchedulePeriod"),
    (
        "SetChargingProfile",
        installing(**periods(5)),
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.startPeriod",
    ),
    (
        "SetChargingProfile",
        installing(**periods(0, 60, 60)),
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.2.startPeriod",
    ),
    (
        "SetChargingProfile",
        installing(**periods(0, numberPhases=4)),
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.numberPhases",
    ),
    (
        "SetChargingProfile",
        installing(schedule={"chargingRateUnit": "kW"}),
        "csChargingProfiles.chargingSchedule.chargingRateUnit",
    ),
    (
        "SetChargingProfile",
        installing(schedule={"chargingSchedulePeriod": [{"startPeriod": 0, "limit": -6}]}),
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.limit",
    ),
    (
        "SetChargingProfile",
        installing(schedule={"chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.25}]}),
        "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.limit",
    ),
    ("SetChargingProfile", installing(schedule={"duration": 0}), "csChargingProfiles.chargingSchedule.duration"),
    ("SignedUpdateFirmware", signed(signingCertificate="none"), "firmware.signingCertificate"),
    ("SignedUpdateFirmware", signed(location="gopher://x/y"), "firmware.location"),
    ("SignedUpdateFirmware", signed(installDateTime=PAST), "firmware.installDateTime"),
    ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 0}, "connectorId"),
    ("TriggerMessage", {"requestedMessage": "Authorize"}, "requestedMessage"),
    ("UnlockConnector", {"connectorId": 0}, "connectorId"),
    ("UnlockConnector", {"connectorId": 9}, "connectorId"),
    ("UpdateFirmware", {"location": "not a url", "retrieveDate": SOON}, "location"),
    ("UpdateFirmware", {"location": URL}, ""),
    ("UpdateFirmware", {"location": URL, "retrieveDate": "2026-13-02T07:00:00Z"}, "retrieveDate"),
]


@pytest.mark.parametrize(("action", "payload"), GOOD)
def test_what_is_right_may_be_sent(action: str, payload: dict[str, Any]) -> None:
    check_payload(action, payload, HERE)


def test_every_operation_of_the_central_system_is_known_here_and_at_the_bridge() -> None:
    assert {action for action, _ in GOOD} == set(ACTIONS)
    assert set(ACTIONS) == {name for name, action in TABLE.items() if action.sent}


@pytest.mark.parametrize(("action", "payload", "where"), BAD)
def test_what_is_wrong_is_refused_with_the_field(action: str, payload: dict[str, Any], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_payload(action, payload, HERE)
    assert refused.value.field == (f"payload.{where}" if where else "payload")
    assert refused.value.code == "invalid_payload"


@pytest.mark.parametrize("action", ["Reboot", "", "BootNotification", "reset"])
def test_an_operation_nobody_sends_is_named(action: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_payload(action, {}, HERE)
    assert (refused.value.code, refused.value.field) == ("unknown_action", "action")


@pytest.mark.parametrize(
    ("setting", "value", "action", "payload"),
    [
        ("ChargeProfileMaxStackLevel", "3", "SetChargingProfile", installing(stackLevel=4)),
        ("ChargingScheduleMaxPeriods", "2", "SetChargingProfile", installing(**periods(0, 1, 2))),
        ("ChargingScheduleAllowedChargingRateUnit", "Power", "SetChargingProfile", installing()),
        ("GetConfigurationMaxKeys", "1", "GetConfiguration", {"key": ["a", "b"]}),
        ("SendLocalListMaxLength", "1", "SendLocalList", listing(listed("A"), listed("B"))),
    ],
)
def test_a_bound_the_charge_point_told_is_kept(setting: str, value: str, action: str, payload: dict[str, Any]) -> None:
    check_payload(action, payload, HERE)
    told = Situation(now=NOW, connectors=HERE.connectors, settings={setting.casefold(): value})
    with pytest.raises(Invalid):
        check_payload(action, payload, told)
    odd = Situation(now=NOW, connectors=HERE.connectors, settings={setting.casefold(): "many"})
    check_payload(action, payload, odd)

"""Conformance, the security whitepaper's messages (OCPP 1.6 edition 3)."""

from typing import Any

import pytest
from cryptography import x509

from tests.e2e.box import now
from tests.e2e.conformance16.stand import OK, Stand, ahead
from tests.e2e.world import wait_for
from tests.fakes.certificate_requests import authority_files, request_pem

URL = "https://files.example.org/x"
PEM = authority_files()[0].decode()
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "01"}


@pytest.mark.parametrize(("answer", "status"), [("Accepted", "accepted"), ("Rejected", "rejected")])
def test_a_certificate_is_signed_and_sent(here: Stand, answer: str, status: str) -> None:
    here.box.answers["CertificateSigned"] = {"status": answer}
    csr = request_pem(here.site.charge_point_id)
    assert here.box.call("SignCertificate", {"csr": csr}) == {"status": "Accepted"}
    chain = here.asked("CertificateSigned")["certificateChain"]
    ours, signer = x509.load_pem_x509_certificates(chain.encode())
    ours.verify_directly_issued_by(signer)
    wait_for(lambda: here.records()["certificates"]["issued"][0]["command_id"], 10, "the command is kept")
    [issued] = here.records()["certificates"]["issued"]
    path = f"{here.path}/command/{issued['command_id']}"
    wait_for(lambda: here.world.admin.do("GET", path)["command"]["status"] == status, 10, status)


def test_a_request_for_somebody_elses_certificate_is_rejected(here: Stand) -> None:
    assert here.box.call("SignCertificate", {"csr": request_pem("somebody-else")}) == {"status": "Rejected"}
    found = here.records()["certificates"]
    assert found["issued"] == []
    assert "somebody-else" in found["refused"]
    assert "CertificateSigned" not in [name for name, _ in here.box.asked]


def test_a_security_event_is_kept(here: Stand) -> None:
    event = {"type": "InvalidFirmwareSignature", "timestamp": now(), "techInfo": "x"}
    assert here.box.call("SecurityEventNotification", event) == {}
    [notice] = wait_for(lambda: here.notices("SecurityEventNotification"))
    assert (notice["payload"], notice["critical"]) == (event, True)


def steps(here: Stand, record: str, action: str, request_id: int, *statuses: str) -> dict[str, Any]:
    """Each status is acknowledged; the record after the last."""
    for status in statuses:
        assert here.box.call(action, {"status": status, "requestId": request_id}) == {}
    wait_for(lambda: here.records()[record]["status"] == statuses[-1], 10, statuses[-1])
    found: dict[str, Any] = here.records()[record]
    assert [step["status"] for step in found["steps"]] == list(statuses)
    return found


@pytest.mark.parametrize("end", ["Uploaded", "UploadFailure", "PermissionDenied"])
def test_a_log_is_uploaded_or_not(shared: Stand, end: str) -> None:
    answer = {"status": "Accepted", "filename": "s.log"}
    command = shared.typed("POST", "log", {"type": "security", "location": URL}, "GetLog", answer)
    asked = shared.asked("GetLog")
    assert (asked["logType"], asked["log"]["remoteLocation"]) == ("SecurityLog", URL)
    found = steps(shared, "log", "LogStatusNotification", asked["requestId"], "Uploading", end)
    assert (found["file_name"], found["command_id"]) == ("s.log", command["command_id"])
    assert found["request_id"] == asked["requestId"]


@pytest.mark.parametrize(
    "statuses",
    [("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"),
     ("Downloading", "Downloaded", "InvalidSignature"), ("Downloading", "DownloadFailed"),
     ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallationFailed")],
    ids=["installed", "invalid signature", "download failed", "installation failed"],
)  # fmt: skip
def test_signed_firmware(shared: Stand, statuses: tuple[str, ...]) -> None:
    body = {"location": URL, "retrieve_at": ahead(minutes=1), "signing_certificate": PEM, "signature": "aGk="}
    command = shared.typed("POST", "firmware", body, "SignedUpdateFirmware", OK)
    asked = shared.asked("SignedUpdateFirmware")
    assert (asked["firmware"]["location"], asked["firmware"]["signature"]) == (URL, "aGk=")
    found = steps(shared, "firmware", "SignedFirmwareStatusNotification", asked["requestId"], *statuses)
    assert (found["signed"], found["command_id"]) == (True, command["command_id"])


@pytest.mark.parametrize("answer", ["InvalidCertificate", "RevokedCertificate", "Rejected"])
def test_signed_firmware_that_is_not_taken(here: Stand, answer: str) -> None:
    body = {"location": URL, "signing_certificate": PEM, "signature": "aGk="}
    command = here.typed("POST", "firmware", body, "SignedUpdateFirmware", {"status": answer})
    assert (command["status"], command["error"]) == ("rejected", answer)
    assert here.records()["firmware"]["command_id"] is None


def test_a_certificate_is_asked_for_by_the_extended_trigger(here: Stand) -> None:
    body = {"message": "SignChargePointCertificate"}
    assert here.typed("POST", "trigger", body, "ExtendedTriggerMessage", OK)["status"] == "accepted"
    assert here.asked("ExtendedTriggerMessage") == {"requestedMessage": "SignChargePointCertificate"}
    csr = request_pem(here.site.charge_point_id)
    assert here.box.call("SignCertificate", {"csr": csr}) == {"status": "Accepted"}
    assert here.asked("CertificateSigned")["certificateChain"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("answer", ["Rejected", "NotImplemented"])
def test_an_extended_trigger_that_is_not_heeded(shared: Stand, answer: str) -> None:
    command = shared.typed(
        "POST", "trigger", {"message": "LogStatusNotification"}, "ExtendedTriggerMessage", {"status": answer}
    )
    assert (command["status"], command["error"]) == ("rejected", answer)


@pytest.mark.parametrize("kind", ["CentralSystemRootCertificate", "ManufacturerRootCertificate"])
def test_certificates_are_installed_listed_and_deleted(shared: Stand, kind: str) -> None:
    use = {"certificateType": kind}
    assert shared.raw("InstallCertificate", use | {"certificate": PEM}, OK)["status"] == "accepted"
    assert shared.asked("InstallCertificate") == use | {"certificate": PEM}
    shared.raw("GetInstalledCertificateIds", use, {"status": "Accepted", "certificateHashData": [HASH]})
    [installed] = shared.records()["certificates"]["installed"]
    assert (installed["serial_number"], installed["use"]) == ("01", kind)
    assert shared.raw("DeleteCertificate", {"certificateHashData": HASH}, OK)["status"] == "accepted"
    assert shared.asked("DeleteCertificate") == {"certificateHashData": HASH}
    assert shared.records()["certificates"]["installed"] == []


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        ("InstallCertificate", {"certificateType": "CentralSystemRootCertificate", "certificate": PEM}, "Rejected"),
        ("InstallCertificate", {"certificateType": "CentralSystemRootCertificate", "certificate": PEM}, "Failed"),
        ("DeleteCertificate", {"certificateHashData": HASH}, "Failed"),
        ("DeleteCertificate", {"certificateHashData": HASH}, "NotFound"),
        ("GetInstalledCertificateIds", {"certificateType": "CentralSystemRootCertificate"}, "NotFound"),
    ],
)
def test_certificates_that_cannot_be(shared: Stand, action: str, payload: dict[str, Any], answer: str) -> None:
    command = shared.raw(action, payload, {"status": answer})
    assert (command["status"], command["error"]) == ("rejected", answer)
    assert shared.records()["certificates"]["installed"] == []

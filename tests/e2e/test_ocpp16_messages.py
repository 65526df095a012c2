"""Every message by which a charge point only tells something: its answer on the socket, and what the API then shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.e2e.box import Box, Refused, now
from tests.e2e.world import Site, World, wait_for
from tests.fakes.certificate_requests import ORGANISATION, authority_files, request_pem

STATUSES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "FirmwareStatusNotification": (
        "firmware", {}, ("Downloading", "Downloaded", "Installing", "Installed", "DownloadFailed",
                         "InstallationFailed", "Idle"),
    ),
    "SignedFirmwareStatusNotification": (
        "firmware", {"requestId": 41}, ("DownloadScheduled", "Downloading", "DownloadPaused", "Downloaded",
                                        "SignatureVerified", "InstallScheduled", "InstallRebooting", "Installing",
                                        "Installed", "InvalidSignature", "InstallVerificationFailed"),
    ),
    "DiagnosticsStatusNotification": ("diagnostics", {}, ("Uploading", "UploadFailed", "Uploaded", "Idle")),
    "LogStatusNotification": (
        "log", {"requestId": 42}, ("Uploading", "PermissionDenied", "BadMessage", "NotSupportedOperation",
                                   "UploadFailure", "Uploaded", "Idle"),
    ),
}  # fmt: skip
"""By action: its record, what goes with each status, and the statuses of OCPP."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[World]:
    """API and bridge of a deployment that has an authority."""
    folder = tmp_path_factory.mktemp("messages")
    files = [folder / "authority.pem", folder / "authority-key.pem"]
    for path, content in zip(files, authority_files(), strict=True):
        path.write_bytes(content)
    told = {"KILOWAIT_AUTHORITY_CERT": str(files[0]), "KILOWAIT_AUTHORITY_KEY": str(files[1])}
    with World(folder, seed, told=told) as world:
        yield world


@pytest.fixture
def site(world: World, request: pytest.FixtureRequest) -> Site:
    world.revive()
    return world.site(f"s{abs(hash(request.node.name)) % 10**9}")


@pytest.fixture
def box(world: World, site: Site) -> Iterator[Box]:
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        point = f"chargepoint/{site.charge_point_id}"
        wait_for(lambda: world.admin.do("GET", point)["chargepoint"]["connection"], 10, "the API knows the connection")
        yield box


def records(world: World, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = world.admin.do("GET", f"chargepoint/{site.charge_point_id}/records")["records"]
    return found


def notices(world: World, site: Site, action: str) -> list[dict[str, Any]]:
    """All of a kind, oldest first."""
    path = f"chargepoint/{site.charge_point_id}/notices?action={action}&page_size=200"
    return list(reversed(world.admin.do("GET", path)["notices"]))


def command(world: World, site: Site, action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """An admin's command, ended."""
    path = f"chargepoint/{site.charge_point_id}/command?wait=10"
    answer: dict[str, Any] = world.admin.do("POST", path, {"action": action, "payload": payload})["command"]
    assert answer["status"] == "accepted", answer
    return answer


@pytest.mark.parametrize("action", STATUSES)
def test_every_status_is_acknowledged_and_is_a_step_of_its_record(world: World, site: Site, box: Box, action: str):
    name, more, statuses = STATUSES[action]
    for status in statuses:
        assert box.call(action, {"status": status, **more}) == {}
    wait_for(lambda: records(world, site)[name]["status"] == statuses[-1])
    record = records(world, site)[name]
    assert [step["status"] for step in record["steps"]] == list(statuses)
    assert record["request_id"] == more.get("requestId")
    assert [each["payload"]["status"] for each in notices(world, site, action)] == list(statuses)


def test_an_update_is_followed_from_its_command_to_the_version_after_the_boot(world: World, site: Site, box: Box):
    asked = {"location": "https://example.org/firmware-2.bin", "retrieveDate": now()}
    sent = command(world, site, "UpdateFirmware", asked)
    for status in ("Downloading", "Downloaded", "Installing", "Installed"):
        box.call("FirmwareStatusNotification", {"status": status})
    box.call("BootNotification", {"chargePointVendor": "Test", "chargePointModel": "Box", "firmwareVersion": "2.0"})
    point = f"chargepoint/{site.charge_point_id}"
    wait_for(lambda: world.admin.do("GET", point)["chargepoint"]["firmware"] == "2.0")
    found = records(world, site)["firmware"]
    assert (found["status"], found["command_id"]) == ("Installed", sent["command_id"])
    assert found["location"] == asked["location"]
    assert [step["status"] for step in found["steps"]] == ["Downloading", "Downloaded", "Installing", "Installed"]


def test_an_upload_is_followed_from_its_command_to_its_file(world: World, site: Site, box: Box):
    diagnostics = command(world, site, "GetDiagnostics", {"location": "ftp://example.org/diagnostics"})
    box.call("DiagnosticsStatusNotification", {"status": "Uploaded"})
    request = {"logType": "SecurityLog", "requestId": 5, "log": {"remoteLocation": "ftp://example.org/logs"}}
    log = command(world, site, "GetLog", request)
    box.call("LogStatusNotification", {"status": "Uploaded", "requestId": 5})
    wait_for(lambda: records(world, site)["log"]["status"] == "Uploaded")
    found = records(world, site)
    assert [(found[name]["file_name"], found[name]["command_id"], found[name]["status"]) for name in
            ("diagnostics", "log")] == [("diagnostics.zip", diagnostics["command_id"], "Uploaded"),
                                        ("security.log", log["command_id"], "Uploaded")]  # fmt: skip


def test_a_security_event_is_acknowledged_and_kept_and_a_critical_one_is_marked(world: World, site: Site, box: Box):
    told = [
        {"type": "TamperDetectionActivated", "timestamp": now(), "techInfo": "lid"},
        {"type": "ReconfigurationOfSecurityParameters", "timestamp": "2026-01-02T03:04:05Z"},
    ]
    for event in told:
        assert box.call("SecurityEventNotification", event) == {}
    wait_for(lambda: len(notices(world, site, "SecurityEventNotification")) == 2)
    found = notices(world, site, "SecurityEventNotification")
    assert [each["payload"] for each in found] == told
    assert [each["critical"] for each in found] == [True, False]
    assert found[1]["occurred_at"] == "2026-01-02T03:04:05.000Z"


def test_a_vendors_data_is_answered_unknown_vendor_and_kept_all_the_same(world: World, site: Site, box: Box):
    told = {"vendorId": "Acme", "messageId": "lamps", "data": '{"on": [[1, 2], [3]]}'}
    assert box.call("DataTransfer", told) == {"status": "UnknownVendorId"}
    [found] = wait_for(lambda: notices(world, site, "DataTransfer"))
    assert found["payload"] == told


def test_a_certificate_is_promised_then_sent_signed_by_the_authority(world: World, site: Site, box: Box):
    assert box.call("SignCertificate", {"csr": request_pem(site.charge_point_id)}) == {"status": "Accepted"}
    wait_for(lambda: "CertificateSigned" in [name for name, _ in box.asked])
    [chain] = [payload["certificateChain"] for name, payload in box.asked if name == "CertificateSigned"]
    ours, signer = x509.load_pem_x509_certificates(chain.encode())
    ours.verify_directly_issued_by(signer)
    assert ours.subject.rfc4514_string() == f"CN={site.charge_point_id},O={ORGANISATION}"
    wait_for(lambda: records(world, site)["certificates"]["issued"][0]["command_id"])
    [issued] = records(world, site)["certificates"]["issued"]
    assert (int(issued["serial"], 16), issued["pem"]) == (ours.serial_number, chain[: len(issued["pem"])])
    path = f"chargepoint/{site.charge_point_id}/command/{issued['command_id']}"
    wait_for(lambda: world.admin.do("GET", path)["command"]["status"] == "accepted")


def test_the_answer_that_promises_a_certificate_comes_before_the_certificate(world: World, site: Site, box: Box):
    for _ in range(5):
        before = len(box.heard)
        box.call("SignCertificate", {"csr": request_pem(site.charge_point_id)})
        wait_for(lambda: "CertificateSigned" in box.heard[before:])  # noqa: B023 -- awaited in this round
        assert box.heard[before:].index("SignCertificate") < box.heard[before:].index("CertificateSigned")


@pytest.mark.parametrize(
    ("csr", "why"),
    [
        (request_pem("somebody-else"), "its common name is 'somebody-else'"),
        ("-----BEGIN CERTIFICATE REQUEST-----\nbm8=\n-----END CERTIFICATE REQUEST-----\n", "no request"),
        ("", "no request"),
    ],
    ids=["another name", "no request", "empty"],
)
def test_a_request_that_is_no_good_is_rejected_and_says_why(world: World, site: Site, box: Box, csr: str, why: str):
    assert box.call("SignCertificate", {"csr": csr}) == {"status": "Rejected"}
    found = records(world, site)["certificates"]
    assert why in found["refused"]
    assert found["issued"] == []
    assert "CertificateSigned" not in [name for name, _ in box.asked]


def test_while_the_api_is_away_a_certificate_is_rejected_and_not_sent_later(world: World, site: Site, box: Box):
    world.kill9(world.api)
    assert box.call("SignCertificate", {"csr": request_pem(site.charge_point_id)}) == {"status": "Rejected"}
    world.start(world.api)
    wait_for(lambda: notices(world, site, "SignCertificate"), 40)
    assert records(world, site)["certificates"]["refused"] == "it came too late to be answered"
    assert "CertificateSigned" not in [name for name, _ in box.asked]


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("FirmwareStatusNotification", {"status": "Rebooting"}, "PropertyConstraintViolation"),
        ("LogStatusNotification", {}, "ProtocolError"),
        ("SecurityEventNotification", {"type": "x" * 51, "timestamp": "2026-01-02T03:04:05Z"},
         "PropertyConstraintViolation"),
        ("SignCertificate", {"csr": "x" * 200_000}, "PropertyConstraintViolation"),
        ("DataTransfer", {"vendorId": ["Acme"]}, "TypeConstraintViolation"),
    ],
)  # fmt: skip
def test_what_is_no_such_message_is_refused_and_the_socket_stays(
    site: Site, box: Box, action: str, payload: dict[str, Any], code: str
):
    with pytest.raises(Refused, match=code):
        box.call(action, payload)
    assert "currentTime" in box.call("Heartbeat", {})


def test_nothing_told_is_lost_or_doubled_when_the_bridge_is_killed_before_it_could_post(
    world: World, site: Site, box: Box
):
    world.kill9(world.api)
    sent = [f"event {number}" for number in range(5)]
    for text in sent:
        box.call("SecurityEventNotification", {"type": "MemoryExhaustion", "timestamp": now(), "techInfo": text})
    box.call("FirmwareStatusNotification", {"status": "Downloading"})
    world.kill9(world.bridge)
    world.start(world.bridge)
    world.start(world.api)
    wait_for(lambda: records(world, site)["firmware"]["status"] == "Downloading", 40)
    found = notices(world, site, "SecurityEventNotification")
    assert [each["payload"]["techInfo"] for each in found] == sent
    assert len(records(world, site)["firmware"]["steps"]) == 1

"""Conformance, LocalAuthListManagement and FirmwareManagement."""

from typing import Any

import pytest

from tests.e2e.conformance16.stand import OK, Stand, ahead
from tests.e2e.world import wait_for

URL = "https://files.example.org/x"


def put(here: Stand, version: int, *tags: str, answer: Any = OK) -> dict[str, Any]:
    """A full list by the admin's route."""
    body = {"version": version, "tags": [{"tag": tag} for tag in tags]}
    return here.typed("PUT", "local_list", body, "SendLocalList", answer)


def differ(here: Stand, version: int, *entries: dict[str, Any], answer: Any = OK) -> dict[str, Any]:
    """A differential list."""
    payload = {"listVersion": version, "updateType": "Differential", "localAuthorizationList": list(entries)}
    command = here.raw("SendLocalList", payload, answer)
    assert here.asked("SendLocalList") == payload
    return command


def kept(here: Stand) -> tuple[int | None, list[str], str]:
    """What the API knows of the list: version, tags, last answer."""
    found = here.records()["local_list"]
    return found["version"], found["tags"], found["status"]


def test_a_list_is_sent_whole_then_in_parts(here: Stand) -> None:
    assert put(here, 1, "ONE", "TWO")["status"] == "accepted"
    entries = here.asked("SendLocalList")["localAuthorizationList"]
    assert [each["idTag"] for each in entries] == ["ONE", "TWO"]
    assert kept(here) == (1, ["ONE", "TWO"], "Accepted")
    three = {"idTag": "THREE", "idTagInfo": {"status": "Blocked"}}
    assert differ(here, 2, three, {"idTag": "ONE"})["status"] == "accepted"
    assert kept(here) == (2, ["THREE", "TWO"], "Accepted")
    assert put(here, 3)["status"] == "accepted"
    assert kept(here) == (3, [], "Accepted")


@pytest.mark.parametrize("answer", ["Failed", "VersionMismatch", "NotSupported"])
def test_a_list_that_is_not_taken_leaves_what_was_there(shared: Stand, answer: str) -> None:
    put(shared, 5, "ONE")
    entry = {"idTag": "TWO", "idTagInfo": {"status": "Accepted"}}
    command = differ(shared, 6, entry, answer={"status": answer})
    assert (command["status"], command["error"]) == ("rejected", answer)
    assert kept(shared) == (5, ["ONE"], answer)


@pytest.mark.parametrize("version", [0, 7, -1], ids=["no list yet", "a list", "no lists"])
def test_the_version_of_a_list(shared: Stand, version: int) -> None:
    command = shared.raw("GetLocalListVersion", {}, {"listVersion": version})
    assert (command["status"], command["response"]) == ("accepted", {"listVersion": version})
    assert kept(shared)[0] == version


def test_another_version_than_ours_means_unknown_tags(shared: Stand) -> None:
    put(shared, 5, "ONE")
    shared.raw("GetLocalListVersion", {}, {"listVersion": 4})
    assert kept(shared)[:2] == (4, [])


def walk(here: Stand, action: str, record: str, *statuses: str) -> dict[str, Any]:
    """Each status is acknowledged; the record after the last."""
    for status in statuses:
        assert here.box.call(action, {"status": status}) == {}
    wait_for(lambda: here.records()[record]["status"] == statuses[-1], 10, statuses[-1])
    found: dict[str, Any] = here.records()[record]
    assert [step["status"] for step in found["steps"]] == list(statuses)
    return found


@pytest.mark.parametrize(
    "statuses",
    [("Downloading", "Downloaded", "Installing", "Installed"), ("Downloading", "DownloadFailed"),
     ("Downloading", "Downloaded", "Installing", "InstallationFailed")],
    ids=["installed", "download failed", "installation failed"],
)  # fmt: skip
def test_firmware(shared: Stand, statuses: tuple[str, ...]) -> None:
    body = {"location": URL, "retrieve_at": ahead(minutes=1), "retries": 1, "retry_interval_s": 10}
    command = shared.typed("POST", "firmware", body, "UpdateFirmware", {})
    asked = shared.asked("UpdateFirmware")
    assert (asked["location"], asked["retries"], asked["retryInterval"]) == (URL, 1, 10)
    found = walk(shared, "FirmwareStatusNotification", "firmware", *statuses)
    assert (command["status"], found["command_id"]) == ("accepted", command["command_id"])
    if statuses[-1] == "Installed":
        shared.box.boot(firmwareVersion="2.0")
        wait_for(lambda: shared.point()["firmware"] == "2.0", 10, "the new version")


@pytest.mark.parametrize("end", ["Uploaded", "UploadFailed"])
def test_diagnostics(shared: Stand, end: str) -> None:
    command = shared.typed("POST", "diagnostics", {"location": URL}, "GetDiagnostics", {"fileName": "d.zip"})
    assert shared.asked("GetDiagnostics") == {"location": URL}
    found = walk(shared, "DiagnosticsStatusNotification", "diagnostics", "Uploading", end)
    assert (found["file_name"], found["command_id"]) == ("d.zip", command["command_id"])


def test_diagnostics_of_one_that_has_none(shared: Stand) -> None:
    command = shared.typed("POST", "diagnostics", {"location": URL}, "GetDiagnostics", {})
    assert (command["status"], command["response"]) == ("accepted", {})
    assert shared.records()["diagnostics"]["file_name"] == ""

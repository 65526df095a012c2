"""Firmware updates and uploads of logs, step by step as the clock goes; a restart of anything goes on with them."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from simulator.link.errors import Answer, Refused
from simulator.ocpp16 import certificates, security
from simulator.ocpp16.certificates import BadCertificate
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import Step, Walk, WalkKind
from simulator.unit.unit import moment

ACTIONS: dict[WalkKind, str] = {
    "firmware": "FirmwareStatusNotification",
    "signed_firmware": "SignedFirmwareStatusNotification",
    "diagnostics": "DiagnosticsStatusNotification",
    "log": "LogStatusNotification",
}
# UploadFailed as GetLog has it.
UPLOAD_FAILED = {"diagnostics": "UploadFailed", "log": "UploadFailure"}


# -- requests ------------------------------------------------------------------------------------------------


def update_firmware(point: Point, payload: dict[str, Any]) -> Answer:
    """Has no status to refuse with: a location that is none fails as a download does."""
    begin = _moment(payload, "retrieveDate")
    tries = 1 + max(0, payload.get("retries", 0))
    outcome = _firmware_outcome(point, payload["location"])
    steps = _download(point, begin, outcome, tries, _interval_s(payload))
    if outcome != "DownloadFailed":
        # An unsigned update knows of one way to fail after the download.
        failed = outcome != "Installed"
        steps += _install(point, "InstallationFailed" if failed else "Installed", rebooting=None)
    _begin(point, "firmware", steps, version=_version(payload["location"]))
    return {}, None


def signed_update_firmware(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, AcceptedCanceled (in place of another), InvalidCertificate."""
    firmware = payload["firmware"]
    begin, install_at = _moment(firmware, "retrieveDateTime"), _moment(firmware, "installDateTime")
    roots = security.roots(point, "ManufacturerRootCertificate")
    try:
        certificates.check_chain(firmware["signingCertificate"], roots, point.unit.now())
    except BadCertificate as bad:
        security.event(point, "InvalidFirmwareSigningCertificate", str(bad))
        point.unit.commit()
        return status("InvalidCertificate")
    outcome = _firmware_outcome(point, firmware["location"])
    steps = []
    now = point.unit.now()
    if begin is not None and begin > now:
        steps.append(Step(status="DownloadScheduled"))
    steps += _download(point, begin, outcome, 1 + max(0, payload.get("retries", 0)), _interval_s(payload))
    if outcome == "InvalidSignature":
        steps.append(Step(status="InvalidSignature", after_s=_pace(point)))
    elif outcome != "DownloadFailed":
        steps.append(Step(status="SignatureVerified", after_s=_pace(point)))
        if install_at is not None and install_at > now:
            steps.append(Step(status="InstallScheduled"))
        steps += _install(point, outcome, rebooting="InstallRebooting", at=install_at)
    replaced = _begin(
        point, "signed_firmware", steps, request_id=payload["requestId"], version=_version(firmware["location"])
    )
    return status("AcceptedCanceled" if replaced else "Accepted")


def get_diagnostics(point: Point, payload: dict[str, Any]) -> Answer:
    """The name of the file that is about to be uploaded."""
    for name in ("startTime", "stopTime"):
        _moment(payload, name)
    _upload(point, "diagnostics", payload["location"], payload, None)
    return {"fileName": _file_name(point, "diagnostics")}, None


def get_log(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, or AcceptedCanceled in place of another upload."""
    for name in ("oldestTimestamp", "latestTimestamp"):
        _moment(payload["log"], name)
    replaced = _upload(point, "log", payload["log"]["remoteLocation"], payload, payload["requestId"])
    name = "security" if payload["logType"] == "SecurityLog" else "diagnostics"
    return {"status": "AcceptedCanceled" if replaced else "Accepted", "filename": _file_name(point, name)}, None


# -- steps ---------------------------------------------------------------------------------------------------


def _pace(point: Point) -> float:
    return point.configuration.count("SimulatedStepSeconds")


def _interval_s(payload: dict[str, Any]) -> int:
    """Between attempts; a day at most."""
    asked: int = payload.get("retryInterval", 0)
    return min(max(0, asked), 86_400)


def _firmware_outcome(point: Point, location: str) -> str:
    return point.configuration.text("SimulatedFirmwareOutcome") if _reachable(location) else "DownloadFailed"


def _reachable(location: str) -> bool:
    try:
        parts = urlsplit(location)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "ftp", "ftps", "sftp"} and bool(parts.hostname)


def _download(point: Point, at: datetime | None, outcome: str, tries: int, interval_s: int) -> list[Step]:
    pace = _pace(point)
    if outcome != "DownloadFailed":
        return [Step(status="Downloading", at=at), Step(status="Downloaded", after_s=pace)]
    steps = []
    for attempt in range(min(tries, 10)):
        wait_s = interval_s if attempt else 0
        steps += [Step(status="Downloading", at=at, after_s=wait_s), Step(status="DownloadFailed", after_s=pace)]
    return steps


def _install(point: Point, outcome: str, *, rebooting: str | None, at: datetime | None = None) -> list[Step]:
    """Waits for running transactions; the new firmware speaks after a restart."""
    pace = _pace(point)
    steps = [Step(status="Installing", after_s=pace, at=at, idle=True)]
    if outcome != "Installed":
        return [*steps, Step(status=outcome, after_s=pace)]
    if rebooting is not None:
        steps.append(Step(status=rebooting, after_s=pace))
    return [*steps, Step(status=None, after_s=pace if rebooting is None else 0), Step(status="Installed", ready=True)]


def _upload(point: Point, kind: WalkKind, location: str, payload: dict[str, Any], request_id: int | None) -> bool:
    pace, outcome = _pace(point), point.configuration.text("SimulatedUploadOutcome")
    if not _reachable(location):
        outcome = "UploadFailed"
    if outcome != "Uploaded" and (kind == "diagnostics" or outcome == "UploadFailed"):
        outcome = UPLOAD_FAILED[kind]
    tries = 1 if outcome == "Uploaded" else 1 + min(max(0, payload.get("retries", 0)), 9)
    steps = []
    for attempt in range(tries):
        wait_s = _interval_s(payload) if attempt else 0
        steps += [Step(status="Uploading", after_s=wait_s), Step(status=outcome, after_s=pace)]
    return _begin(point, kind, steps, request_id=request_id)


def _begin(
    point: Point, kind: WalkKind, steps: list[Step], *, request_id: int | None = None, version: str | None = None
) -> bool:
    """Returns whether another of its kind was on its way and ends here."""
    replaced = kind in point.state.walks and bool(point.state.walks[kind].steps)
    point.state.walks[kind] = Walk(steps=steps, since=point.unit.now(), request_id=request_id, version=version)
    point.unit.commit()
    return replaced


# -- the clock -----------------------------------------------------------------------------------------------


def tick(point: Point) -> None:
    """Take every step that is due."""
    for kind in list(point.state.walks):
        walk = point.state.walks[kind]
        while walk.steps and _wait_s(point, walk) == 0:
            _take(point, kind, walk)


def due_s(point: Point) -> float | None:
    """Seconds until the next step; one that waits for something else is not due by the clock."""
    waits = [
        wait_s for walk in point.state.walks.values() if walk.steps and (wait_s := _wait_s(point, walk)) is not None
    ]
    return min(waits, default=None)


def _wait_s(point: Point, walk: Walk) -> float | None:
    step = walk.steps[0]
    if step.idle and any(one.transaction is not None for _, one in point.unit.connectors()):
        return None
    if step.ready and not (point.unit.ready and point.boot_status == "Accepted"):
        return None
    at = walk.since + timedelta(seconds=step.after_s)
    if step.at is not None:
        at = max(at, step.at)
    return max(0.0, (at - point.unit.now()).total_seconds())


def _take(point: Point, kind: WalkKind, walk: Walk) -> None:
    step = walk.steps.pop(0)
    walk.since = point.unit.now()
    if step.status is None:
        point.unit.state.firmware = walk.version or point.unit.state.firmware
        point.unit.commit()
        point.boot_status = None
        point.unit.firmware.restart("Reboot")
        return
    walk.status = step.status
    if step.status == "InvalidSignature":
        security.event(point, "InvalidFirmwareSignature")
    if step.status == "Installed":
        security.event(point, "FirmwareUpdated")
    point.unit.commit()
    point.unit.tell(ACTIONS[kind], _told(kind, walk))


def state_now(point: Point, kind: WalkKind) -> dict[str, Any]:
    """The notification that is true now: Idle unless something is on its way."""
    walk = point.state.walks.get(kind)
    return _told(kind, walk) if walk is not None and walk.steps and walk.status else {"status": "Idle"}


def _told(kind: WalkKind, walk: Walk) -> dict[str, Any]:
    with_id = kind in {"signed_firmware", "log"} and walk.request_id is not None
    return {"status": walk.status} | ({"requestId": walk.request_id} if with_id else {})


def _moment(payload: dict[str, Any], name: str) -> datetime | None:
    if name not in payload:
        return None
    try:
        return moment(payload[name])
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"{name}: {error}") from error


def _version(location: str) -> str:
    """The new firmware is called what its file is."""
    return PurePosixPath(location.partition("?")[0]).stem[:50] or "2.0"


def _file_name(point: Point, what: str) -> str:
    plain = "".join(letter if letter.isalnum() else "-" for letter in point.unit.id)
    return f"{what}-{plain}-{point.unit.now():%Y%m%d%H%M%S}.log"

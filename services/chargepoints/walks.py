"""Services: what becomes of a firmware update or an upload, told status by status. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from model.charge_point import CommandRecord
from model.charge_point_records import Configuration, Firmware, LocalList, Record, Step, Upload
from services.chargepoints import notice_kinds as kinds
from services.chargepoints.configuration_effects import read_back

MOST_STEPS = 20
MOST_STATUS_CHARS = 64
MOST_INTEGER = 2**53
Walk = TypeVar("Walk", Firmware, Upload)

RECORD_OF = {
    kinds.FIRMWARE: "firmware",
    kinds.SIGNED_FIRMWARE: "firmware",
    kinds.DIAGNOSTICS: "diagnostics",
    kinds.LOG: "log",
    kinds.LOCAL_LIST: "local_list",
    kinds.CONFIGURATION: "configuration",
}
"""Which record a message tells of."""
BEGINS = {
    "UpdateFirmware": "firmware",
    "SignedUpdateFirmware": "firmware",
    "GetDiagnostics": "diagnostics",
    "GetLog": "log",
}
"""Which record an accepted command begins anew."""


def told(record: Record, action: str, payload: dict[str, Any], at: datetime) -> Record:
    """The record after a status. One of another request than the last begins anew: nobody here asked for it."""
    if isinstance(record, Configuration):
        return read_back(record, payload)
    status, request_id = payload.get("status"), payload.get("requestId")
    if not isinstance(status, str) or not status:
        return record
    if type(request_id) is not int or abs(request_id) >= MOST_INTEGER:
        request_id = None
    match record:
        case Firmware():
            walked = _walked(record, status, request_id, at)
            return replace(walked, signed=walked.signed or action == kinds.SIGNED_FIRMWARE)
        case Upload():
            return _walked(record, status, request_id, at)
        case LocalList():
            version, tags = payload.get("listVersion"), payload.get("tags")
            return replace(
                record,
                version=version if type(version) is int and 0 <= version < MOST_INTEGER else record.version,
                status=status[:MOST_STATUS_CHARS],
                tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else record.tags,
            )
    return record


def begun(command: CommandRecord, file_name: str = "") -> Callable[[Walk], Walk]:
    """What an accepted command makes of its record: a new walk, unless its first statuses were quicker.

    ``file_name`` is of the charge point's answer: what it will upload, if it says so.
    """
    payload = command.payload
    request_id = payload.get("requestId")
    place = payload.get("firmware") or payload.get("log") or payload
    location = str(place.get("location") or place.get("remoteLocation") or "") if isinstance(place, dict) else ""

    def begin(record: Walk) -> Walk:
        ours = record.command_id == command.command_id
        quicker = request_id is not None and record.request_id == request_id and not record.command_id
        steps = record.steps if ours or quicker else ()
        status = record.status if steps else ""
        begin = replace(
            record, status=status, steps=steps, request_id=request_id, command_id=command.command_id, location=location
        )
        if isinstance(begin, Upload):
            return replace(begin, file_name=file_name)
        return replace(begin, signed=command.action == "SignedUpdateFirmware")

    return begin


def _walked(record: Walk, status: str, request_id: int | None, at: datetime) -> Walk:
    status = status[:MOST_STATUS_CHARS]
    if request_id is not None and request_id != record.request_id:
        record = type(record)(request_id=request_id)
    last = record.steps[-1] if record.steps else None
    if last is not None and last.status == status:
        return record
    return replace(record, status=status, steps=(*record.steps, Step(status=status, at=at))[-MOST_STEPS:])

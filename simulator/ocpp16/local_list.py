"""SendLocalList, GetLocalListVersion (OCPP 1.6, 5.15 and 5.10)."""

from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import Tag
from simulator.unit.unit import moment

# There is a list, but it is switched off.
SWITCHED_OFF = -1


def get_local_list_version(point: Point, _payload: dict[str, Any]) -> Answer:
    """0: empty; −1: switched off."""
    enabled = point.configuration.flag("LocalAuthListEnabled")
    return {"listVersion": point.state.local_list_version if enabled else SWITCHED_OFF}, None


def send_local_list(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, Failed (too long, doubled, incomplete), VersionMismatch or NotSupported. What is not accepted
    changes nothing.
    """
    if not point.configuration.flag("LocalAuthListEnabled"):
        return status("NotSupported")
    full, version, entries = (
        payload["updateType"] == "Full",
        payload["listVersion"],
        payload.get("localAuthorizationList", []),
    )
    tags = [entry["idTag"].casefold() for entry in entries]
    if version <= 0 or len(set(tags)) != len(tags) or len(tags) > point.configuration.count("SendLocalListMaxLength"):
        return status("Failed")
    if full and any("idTagInfo" not in entry for entry in entries):
        return status("Failed")
    if not full and version <= point.state.local_list_version:
        return status("VersionMismatch")
    known = {} if full else dict(point.state.local_list)
    for tag, entry in zip(tags, entries, strict=True):
        if "idTagInfo" in entry:
            known[tag] = _tag(entry["idTag"], entry["idTagInfo"])
        else:
            known.pop(tag, None)
    if len(known) > point.configuration.count("LocalAuthListMaxLength"):
        return status("Failed")
    point.state.local_list = known
    point.state.local_list_version = version if known or not full else 0
    for tag in known:
        # The list is the better memory of the two (3.5.3).
        point.state.cache.pop(tag, None)
    point.unit.commit()
    return status("Accepted")


def _tag(id_tag: str, info: dict[str, Any]) -> Tag:
    try:
        expires_at = moment(info["expiryDate"]) if "expiryDate" in info else None
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"expiryDate: {error}") from error
    return Tag(id_tag=id_tag, status=info["status"], parent_id_tag=info.get("parentIdTag"), expires_at=expires_at)

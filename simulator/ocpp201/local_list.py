"""D: the local authorization list."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import wire
from simulator.ocpp201.device_model.controllers import LOCAL_LIST_ENTRIES
from simulator.ocpp201.state import Verdict
from simulator.ocpp201.station import Station


def get_local_list_version(station: Station, _payload: dict[str, Any]) -> Answer:
    """0 without a list, or while it is switched off."""
    enabled = station.variables.flag("LocalAuthListCtrlr.Enabled")
    return {"versionNumber": station.state.local_list_version if enabled else 0}, None


def send_local_list(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, Failed (nothing changes then) or VersionMismatch."""
    version, full = payload["versionNumber"], payload["updateType"] == "Full"
    entries = payload.get("localAuthorizationList", [])
    if not station.variables.flag("LocalAuthListCtrlr.Enabled"):
        return wire.status("Failed", "NotEnabled")
    if version <= 0:
        return wire.status("Failed", "InvalidVersion")
    if not full and version <= station.state.local_list_version:
        return wire.status("VersionMismatch")
    try:
        found = {wire.token(one["idToken"]).key: _verdict(one) for one in entries}
    except ValueError:
        return wire.status("Failed", "InvalidDateTime")
    if len(found) < len(entries):
        return wire.status("Failed", "DuplicateIdToken")
    if full and None in found.values():
        return wire.status("Failed", "MissingIdTokenInfo")
    updated = ({} if full else station.state.local_list) | found
    kept = {key: verdict for key, verdict in updated.items() if verdict is not None}
    if len(kept) > LOCAL_LIST_ENTRIES:
        return wire.status("Failed", "TooManyEntries")
    station.state.local_list, station.state.local_list_version = kept, version
    for key in found:
        station.state.cache.pop(key, None)
    station.commit()
    return wire.status("Accepted")


def _verdict(entry: dict[str, Any]) -> Verdict | None:
    return wire.verdict(entry["idTokenInfo"]) if "idTokenInfo" in entry else None

"""K: SetChargingProfile, GetChargingProfiles, ClearChargingProfile, GetCompositeSchedule."""

from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp201 import profile_payload, wire
from simulator.ocpp201.limits import load, profiles
from simulator.ocpp201.state import Kept
from simulator.ocpp201.station import Station
from simulator.unit import energy
from simulator.unit.charging_profiles import LONGEST_COMPOSITE_S, VOLTS, Profile, composite


def _enabled(station: Station) -> None:
    if not station.variables.flag("SmartChargingCtrlr.Enabled"):
        raise Refused("NotSupported", "smart charging is switched off")


def set_charging_profile(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, or Rejected with the reason. A known id replaces that profile."""
    _enabled(station)
    evse_id = payload["evseId"]
    if evse_id != 0 and not station.knows(evse_id):
        return wire.status("Rejected", "UnknownEvse")
    try:
        profile = profile_payload.read(payload["chargingProfile"], evse_id)
        profile_payload.fits(station, profile)
    except profile_payload.Unusable as unusable:
        return wire.status("Rejected", str(unusable))
    install(station, profile)
    station.commit()
    return wire.status("Accepted")


def install(station: Station, profile: Profile) -> None:
    """In force from now on; the caller saves."""
    for number in station.unit.state.connectors:
        energy.advance(station.unit, number)
    kept = [one for one in station.state.profiles if one.profile.profile_id != profile.profile_id]
    station.state.profiles = [*kept, Kept(profile=profile)]


def get_charging_profiles(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, then ReportChargingProfiles; NoProfiles where none is of that kind."""
    _enabled(station)
    evse_id, wanted = payload.get("evseId"), payload["chargingProfile"]
    found = [
        one
        for one in station.state.profiles
        if evse_id in {None, one.profile.place}
        and wanted.get("chargingProfilePurpose", one.profile.purpose) == one.profile.purpose
        and wanted.get("stackLevel", one.profile.stack_level) == one.profile.stack_level
        and one.profile.profile_id in wanted.get("chargingProfileId", [one.profile.profile_id])
        and one.source in wanted.get("chargingLimitSource", [one.source])
    ]
    if not found:
        return wire.status("NoProfiles")
    reports = reports_of(found, payload["requestId"])

    def tell() -> None:
        for report in reports:
            station.unit.tell("ReportChargingProfiles", report)

    return wire.worded("Accepted"), tell


def reports_of(found: list[Kept], request_id: int) -> list[dict[str, Any]]:
    """ReportChargingProfiles, one for each place and source."""
    groups: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for one in found:
        groups.setdefault((one.profile.place, one.source), []).append(one.profile.sent)
    last = len(groups) - 1
    return [
        {
            "requestId": request_id,
            "chargingLimitSource": source,
            "evseId": place,
            "chargingProfile": sent,
            "tbc": index < last,
        }
        for index, ((place, source), sent) in enumerate(groups.items())
    ]


def clear_charging_profile(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, or Unknown where nothing is of that kind. Limits from outside stay (K10.FR.05)."""
    _enabled(station)
    is_meant = _meant(payload)
    kept = [one for one in station.state.profiles if one.source != "CSO" or not is_meant(one.profile)]
    if len(kept) == len(station.state.profiles):
        return wire.status("Unknown")
    for number in station.unit.state.connectors:
        energy.advance(station.unit, number)
    station.state.profiles = kept
    station.commit()
    return wire.status("Accepted")


def _meant(payload: dict[str, Any]) -> Callable[[Profile], bool]:
    profile_id, wanted = payload.get("chargingProfileId"), payload.get("chargingProfileCriteria", {})

    def is_meant(profile: Profile) -> bool:
        if profile_id is not None:
            return bool(profile.profile_id == profile_id)
        own = {
            "evseId": profile.place,
            "chargingProfilePurpose": profile.purpose,
            "stackLevel": profile.stack_level,
        }
        return all(own.get(name, value) == value for name, value in wanted.items())

    return is_meant


def get_composite_schedule(station: Station, payload: dict[str, Any]) -> Answer:
    """What profiles and hardware allow from now on: at an EVSE, or (0) at the station's connection."""
    _enabled(station)
    evse_id, duration_s = payload["evseId"], payload["duration"]
    unit = payload.get("chargingRateUnit", "A")
    if evse_id != 0 and not station.knows(evse_id):
        return wire.status("Rejected", "UnknownEvse")
    if duration_s <= 0:
        return wire.status("Rejected", "InvalidDuration")
    settings = station.settings
    most = float(settings.max_power_w * (1 if evse_id else settings.connectors))
    if unit == "A":
        most = round(most / VOLTS / settings.phases, 1)
    begin = station.unit.now()
    periods = composite(profiles(station), load(station, evse_id), begin, duration_s, unit, most)
    return {
        "status": "Accepted",
        "schedule": {
            "evseId": evse_id,
            "duration": min(duration_s, LONGEST_COMPOSITE_S),
            "scheduleStart": station.now_text(),
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [
                {"startPeriod": one.start_s, "limit": one.limit}
                | ({"numberPhases": one.phases} if one.phases is not None else {})
                for one in periods
            ],
        },
    }, None

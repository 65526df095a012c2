"""K: a limit from outside the central system (K12, K13): set and lifted by who simulates, told to it."""

from typing import Any

from simulator.ocpp201 import transactions
from simulator.ocpp201.limits import limit
from simulator.ocpp201.state import Kept
from simulator.ocpp201.station import Station
from simulator.unit import energy
from simulator.unit.charging_profiles import Period, Profile, Schedule

# What an energy management system leaves of the station's power.
LEAVES = 0.5
PROFILE_ID = 2_000_000_000


def impose(station: Station) -> dict[str, Any]:
    """Half of the power from now on. Returns NotifyChargingLimit."""
    settings = station.settings
    limit_w = round(settings.max_power_w * settings.connectors * LEAVES, 1)
    schedule = {
        "id": 1,
        "startSchedule": station.now_text(),
        "chargingRateUnit": "W",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit_w}],
    }
    sent = {
        "id": PROFILE_ID,
        "stackLevel": 0,
        "chargingProfilePurpose": "ChargingStationExternalConstraints",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [schedule],
    }
    profile = Profile(
        profile_id=PROFILE_ID,
        place=0,
        stack_level=0,
        purpose="ChargingStationExternalConstraints",
        kind="Absolute",
        schedule=Schedule(unit="W", periods=[Period(start_s=0, limit=limit_w)], starts_at=station.unit.now()),
        sent=sent,
    )
    _replace(station, [*_others(station), Kept(profile=profile, source="EMS")])
    told: dict[str, Any] = {"chargingLimit": {"chargingLimitSource": "EMS", "isGridCritical": False}}
    if station.variables.flag("SmartChargingCtrlr.NotifyChargingLimitWithSchedules"):
        told["chargingSchedule"] = [schedule]
    return told


def lift(station: Station) -> dict[str, Any] | None:
    """The limit is gone. Returns ClearedChargingLimit, None where there was none."""
    others = _others(station)
    if len(others) == len(station.state.profiles):
        return None
    _replace(station, others)
    return {"chargingLimitSource": "EMS"}


def _others(station: Station) -> list[Kept]:
    return [one for one in station.state.profiles if one.source == "CSO"]


def _replace(station: Station, kept: list[Kept]) -> None:
    """Other limits from now on; transactions whose limit changes by more than LimitChangeSignificance say so."""
    before = {number: _limit_w(station, number) for number in station.unit.state.connectors}
    for number in before:
        energy.advance(station.unit, number)
    station.state.profiles = kept
    significance = float(station.variables.text("SmartChargingCtrlr.LimitChangeSignificance"))
    for number, _, evse in station.evses():
        change_w = abs(_limit_w(station, number) - before[number])
        charging = evse.running is not None and evse.authorization is not None
        if charging and change_w * 100 > significance * before[number]:
            transactions.update(station, number, "ChargingRateChanged")
    station.commit()


def _limit_w(station: Station, evse_id: int) -> int:
    found = limit(station, evse_id).power_w
    return station.settings.max_power_w if found is None else min(found, station.settings.max_power_w)

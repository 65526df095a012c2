"""Services: what must hold of a charging profile beside its shape (OCPP 1.6 edition 2, §3.13 and §7.8)."""

from typing import Any

from services.chargepoints.payload_rules import Situation, instant, refuse

PROFILE, SCHEDULE = "csChargingProfiles", "chargingSchedule"
MOST_PHASES = 3


def check_profile(payload: dict[str, Any], situation: Situation) -> None:
    """SetChargingProfile: the purpose fits the connector, and the profile is consistent."""
    profile, connector = payload[PROFILE], payload["connectorId"]
    if connector < 0:
        refuse(["connectorId"], "must not be negative")
    purpose = profile["chargingProfilePurpose"]
    if purpose == "ChargePointMaxProfile" and connector != 0:
        refuse(["connectorId"], "a ChargePointMaxProfile is for connector 0 only")
    if purpose == "TxProfile" and connector == 0:
        refuse(["connectorId"], "a TxProfile is for a connector, not for 0")
    if purpose != "TxProfile" and "transactionId" in profile:
        refuse([PROFILE, "transactionId"], "only a TxProfile has one")
    _check_consistent(payload, PROFILE, situation)


def check_started_profile(payload: dict[str, Any], situation: Situation) -> None:
    """RemoteStartTransaction: a profile, where given, is one for the transaction that does not exist yet."""
    profile = payload.get("chargingProfile")
    if profile is None:
        return
    if profile["chargingProfilePurpose"] != "TxProfile":
        refuse(["chargingProfile", "chargingProfilePurpose"], "must be TxProfile")
    if "transactionId" in profile:
        refuse(["chargingProfile", "transactionId"], "there is no transaction yet")
    _check_consistent(payload, "chargingProfile", situation)


def check_composite(payload: dict[str, Any], situation: Situation) -> None:
    """GetCompositeSchedule: a time to look at."""
    del situation
    if payload["duration"] < 1:
        refuse(["duration"], "must be 1 or more seconds")


def _check_consistent(payload: dict[str, Any], at: str, situation: Situation) -> None:
    profile = payload[at]
    if profile["stackLevel"] < 0:
        refuse([at, "stackLevel"], "must not be negative")
    highest = situation.number("ChargeProfileMaxStackLevel")
    if highest is not None and profile["stackLevel"] > highest:
        refuse([at, "stackLevel"], f"this charge point's highest is {highest}")
    recurring = profile["chargingProfileKind"] == "Recurring"
    if recurring and "recurrencyKind" not in profile:
        refuse([at, "recurrencyKind"], "a Recurring profile is Daily or Weekly")
    if not recurring and "recurrencyKind" in profile:
        refuse([at, "recurrencyKind"], "only a Recurring profile has one")
    begins, ends = instant(payload, at, "validFrom"), instant(payload, at, "validTo")
    if ends is not None and ends <= situation.now:
        refuse([at, "validTo"], "must be in the future")
    if begins is not None and ends is not None and ends <= begins:
        refuse([at, "validTo"], "must be after validFrom")
    instant(payload, at, SCHEDULE, "startSchedule")
    _check_schedule(profile[SCHEDULE], [at, SCHEDULE], situation)


def _check_schedule(schedule: dict[str, Any], where: list[str], situation: Situation) -> None:
    if schedule.get("duration", 1) < 1:
        refuse([*where, "duration"], "must be 1 or more seconds")
    if schedule.get("minChargingRate", 0) < 0:
        refuse([*where, "minChargingRate"], "must not be negative")
    allowed = situation.settings.get("chargingscheduleallowedchargingrateunit", "").casefold()
    unit, other = ("current", "power") if schedule["chargingRateUnit"] == "A" else ("power", "current")
    if other in allowed and unit not in allowed:
        refuse([*where, "chargingRateUnit"], f"this charge point takes {allowed} only")
    at = [*where, "chargingSchedulePeriod"]
    periods = schedule["chargingSchedulePeriod"]
    if not periods:
        refuse(at, "has no period")
    most = situation.number("ChargingScheduleMaxPeriods")
    if most is not None and len(periods) > most:
        refuse(at, f"this charge point takes at most {most} periods")
    before = -1
    for index, period in enumerate(periods):
        start = period["startPeriod"]
        if index == 0 and start != 0:
            refuse([*at, "0", "startPeriod"], "the first period starts at 0")
        if start <= before:
            refuse([*at, str(index), "startPeriod"], "periods must be in order")
        if period["limit"] < 0:
            refuse([*at, str(index), "limit"], "must not be negative")
        if not 1 <= period.get("numberPhases", MOST_PHASES) <= MOST_PHASES:
            refuse([*at, str(index), "numberPhases"], "must be 1 to 3")
        before = start

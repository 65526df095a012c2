"""K: a ChargingProfileType as a profile of this station, and what of it the station refuses."""

from typing import Any

from simulator.ocpp201 import wire
from simulator.ocpp201.device_model.controllers import PERIODS_PER_SCHEDULE, PROFILES, STACK_LEVEL
from simulator.ocpp201.station import Station
from simulator.unit.charging_profiles import Period, Profile, Schedule

# In A or W; beyond any charger.
LARGEST_LIMIT = 10_000_000


class Unusable(ValueError):
    """``str`` is the reason's code, 1–20 characters."""


def read(given: dict[str, Any], evse_id: int) -> Profile:
    """Raises :class:`Unusable`, or ``Refused`` for a date-time that is none."""
    schedule = given["chargingSchedule"][0]
    periods = [
        Period(start_s=one["startPeriod"], limit=one["limit"], phases=one.get("numberPhases"))
        for one in schedule["chargingSchedulePeriod"]
    ]
    starts = [one.start_s for one in periods]
    if starts[0] != 0 or starts != sorted(set(starts)) or schedule.get("duration", 1) <= 0:
        raise Unusable("InvalidSchedule")
    if any(not 0 <= one.limit <= LARGEST_LIMIT for one in periods):
        raise Unusable("InvalidSchedule")
    if any(one.phases is not None and not 1 <= one.phases <= 3 for one in periods):
        raise Unusable("InvalidSchedule")
    if len(periods) > PERIODS_PER_SCHEDULE:
        raise Unusable("TooManyPeriods")
    if len(given["chargingSchedule"]) > 1:
        raise Unusable("TooManySchedules")
    profile = Profile(
        profile_id=given["id"],
        place=evse_id,
        stack_level=given["stackLevel"],
        purpose=given["chargingProfilePurpose"],
        kind=given["chargingProfileKind"],
        recurrency=given.get("recurrencyKind", "Daily"),
        valid_from=wire.optional_instant(given, "validFrom"),
        valid_to=wire.optional_instant(given, "validTo"),
        transaction_id=given.get("transactionId"),
        schedule=Schedule(
            unit=schedule["chargingRateUnit"],
            periods=periods,
            starts_at=wire.optional_instant(schedule, "startSchedule"),
            duration_s=schedule.get("duration"),
        ),
        sent=given,
    )
    _check(profile, given)
    return profile


def _check(profile: Profile, given: dict[str, Any]) -> None:
    """K01.FR.40, 41 and what belongs to them."""
    starts_at = profile.schedule.starts_at
    if not 0 <= profile.stack_level <= STACK_LEVEL:
        raise Unusable("InvalidStackLevel")
    if (profile.kind == "Relative") != (starts_at is None):
        raise Unusable("InvalidSchedule")
    if profile.kind == "Recurring" and "recurrencyKind" not in given:
        raise Unusable("InvalidProfile")
    if profile.valid_from is not None and profile.valid_to is not None and profile.valid_to <= profile.valid_from:
        raise Unusable("InvalidProfile")


def fits(station: Station, profile: Profile) -> None:
    """Whether it may stand beside those there are. Raises :class:`Unusable`."""
    match profile.purpose:
        case "ChargingStationExternalConstraints":
            raise Unusable("InvalidProfile")
        case "ChargingStationMaxProfile":
            if profile.place != 0 or profile.kind == "Relative":
                raise Unusable("InvalidProfile")
        case "TxProfile":
            _fits_transaction(station, profile)
    others = [one.profile for one in station.state.profiles if one.profile.profile_id != profile.profile_id]
    if len(others) >= PROFILES:
        raise Unusable("TooManyProfiles")
    if any(_collide(one, profile) for one in others):
        raise Unusable("DuplicateProfile")


def _fits_transaction(station: Station, profile: Profile) -> None:
    """K01.FR.03, 16 and 33."""
    running = station.evse(profile.place).running if profile.place else None
    if running is None or profile.transaction_id is None:
        raise Unusable("TxNotFound")
    if profile.transaction_id != running.transaction_id:
        raise Unusable("InvalidTransactionId")


def _collide(one: Profile, other: Profile) -> bool:
    """K01.FR.06, 52 and 53: of the same purpose and stack level, for the same place, valid at the same time."""
    if (one.purpose, one.stack_level) != (other.purpose, other.stack_level):
        return False
    same_place = one.place == other.place
    across = one.purpose == "TxDefaultProfile" and 0 in {one.place, other.place}
    if not (same_place or across):
        return False
    ends_before = one.valid_to is not None and other.valid_from is not None and one.valid_to <= other.valid_from
    ends_after = other.valid_to is not None and one.valid_from is not None and other.valid_to <= one.valid_from
    return not (ends_before or ends_after)

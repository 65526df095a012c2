"""SetChargingProfile, ClearChargingProfile, GetCompositeSchedule; and the limit that follows (OCPP 1.6, 3.13)."""

import math
from datetime import datetime, timedelta
from typing import Any

import msgspec

from simulator.link.errors import Answer, Refused
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.unit import energy
from simulator.unit.charging_profiles import (
    VOLTS,
    Load,
    Period,
    Profile,
    Schedule,
    Unit,
    composite,
    limit_at,
    next_change,
)
from simulator.unit.limit import UNLIMITED, Limit
from simulator.unit.unit import moment, timestamp

LOOKS_AHEAD = timedelta(hours=1)
# Schedules that are longer, or later, are nonsense.
LONGEST_S = 10 * 366 * 86_400
LAST_YEAR = 2999
# What 2.0.1, whose words are kept, calls by another name.
PURPOSES = {"ChargePointMaxProfile": "ChargingStationMaxProfile"}


def purpose_of(word: str) -> Any:
    """The purpose as it is kept."""
    return PURPOSES.get(word, word)


def read_profile(shown: dict[str, Any], connector: int, transaction: str | None) -> Profile:
    """A ``chargingProfile`` that the schema let through. Raises :class:`Refused` for a time that is none."""
    schedule = shown["chargingSchedule"]
    return Profile(
        profile_id=shown["chargingProfileId"],
        place=connector,
        stack_level=shown["stackLevel"],
        purpose=purpose_of(shown["chargingProfilePurpose"]),
        kind=shown["chargingProfileKind"],
        recurrency=shown.get("recurrencyKind", "Daily"),
        valid_from=_moment(shown, "validFrom"),
        valid_to=_moment(shown, "validTo"),
        transaction_id=transaction if shown["chargingProfilePurpose"] == "TxProfile" else None,
        schedule=Schedule(
            unit=schedule["chargingRateUnit"],
            starts_at=_moment(schedule, "startSchedule"),
            duration_s=schedule.get("duration"),
            periods=[
                Period(start_s=one["startPeriod"], limit=one["limit"], phases=one.get("numberPhases"))
                for one in schedule["chargingSchedulePeriod"]
            ],
        ),
        sent=shown,
    )


def _moment(shown: dict[str, Any], name: str) -> datetime | None:
    if name not in shown:
        return None
    try:
        return moment(shown[name])
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"{name}: {error}") from error


def impossible(point: Point, profile: Profile) -> str | None:
    """Why this firmware cannot follow a profile; None where it can."""
    configuration, schedule = point.configuration, profile.schedule
    starts = [period.start_s for period in schedule.periods]
    allowed = configuration.names("ChargingScheduleAllowedChargingRateUnit")
    most_periods = configuration.count("ChargingScheduleMaxPeriods")
    whole = profile.purpose == "ChargingStationMaxProfile"
    wrong = {
        "stackLevel": not 0 <= profile.stack_level <= configuration.count("ChargeProfileMaxStackLevel"),
        "chargingSchedulePeriod": not starts or len(starts) > most_periods or starts[0] != 0,
        "startPeriod": starts != sorted(set(starts)) or max(starts, default=0) > LONGEST_S,
        "startSchedule": schedule.starts_at is not None and schedule.starts_at.year > LAST_YEAR,
        "limit": any(period.limit < 0 for period in schedule.periods),
        "numberPhases": any(period.phases is not None and not 1 <= period.phases <= 3 for period in schedule.periods),
        "chargingRateUnit": {"A": "Current", "W": "Power"}[schedule.unit] not in allowed,
        "connectorId": whole and profile.place != 0,
        "chargingProfileKind": whole and profile.kind == "Relative",
        "recurrencyKind": profile.kind == "Recurring"
        and ("recurrencyKind" not in profile.sent or schedule.starts_at is None),
        "validTo": bool(profile.valid_from and profile.valid_to and profile.valid_to <= profile.valid_from),
        "duration": schedule.duration_s is not None and not 0 < schedule.duration_s <= LONGEST_S,
    }
    return next((name for name, is_wrong in wrong.items() if is_wrong), None)


def set_charging_profile(point: Point, payload: dict[str, Any]) -> Answer:
    """Rejected for what cannot be followed: no such connector, no such transaction, too many."""
    number, shown = payload["connectorId"], payload["csChargingProfiles"]
    connector = point.unit.state.connectors.get(number)
    if number != 0 and connector is None:
        return status("Rejected")
    key: str | None = None
    if shown["chargingProfilePurpose"] == "TxProfile":
        transaction = connector.transaction if connector is not None else None
        wanted = shown.get("transactionId")
        if transaction is None or (wanted is not None and wanted != transaction.transaction_id):
            return status("Rejected")
        key = transaction.key
    profile = read_profile(shown, number, key)
    if impossible(point, profile) is not None or not install(point, profile):
        return status("Rejected")
    return status("Accepted")


def install(point: Point, profile: Profile) -> bool:
    """In place of the one of the same id, or of the same purpose and level at the same connector. False when
    there is no room.
    """
    kept = [
        one
        for one in point.state.profiles
        if one.profile_id != profile.profile_id
        and (one.place, one.purpose, one.stack_level, one.transaction_id)
        != (profile.place, profile.purpose, profile.stack_level, profile.transaction_id)
    ]
    if len(kept) >= point.configuration.count("MaxChargingProfilesInstalled"):
        return False
    _replace(point, [*kept, profile])
    return True


def clear_charging_profile(point: Point, payload: dict[str, Any]) -> Answer:
    """By id, or else by all criteria that are given together; Unknown when none is met."""
    if "id" in payload:
        wanted = {"profile_id": payload["id"]}
    else:
        names = {"connectorId": "place", "chargingProfilePurpose": "purpose", "stackLevel": "stack_level"}
        wanted = {ours: payload[theirs] for theirs, ours in names.items() if theirs in payload}
        if "purpose" in wanted:
            wanted["purpose"] = purpose_of(wanted["purpose"])
    kept = [one for one in point.state.profiles if any(getattr(one, name) != value for name, value in wanted.items())]
    if len(kept) == len(point.state.profiles):
        return status("Unknown")
    _replace(point, kept)
    return status("Accepted")


def _replace(point: Point, profiles: list[Profile]) -> None:
    for number, _ in point.unit.connectors():
        energy.advance(point.unit, number)
    point.state.profiles[:] = profiles
    point.unit.commit()


def transaction_began(point: Point, number: int) -> None:
    """The profile that came with the remote start is for this transaction. To be saved by the caller."""
    profile = point.state.profile_at_start.pop(number, None)
    transaction = point.unit.connector(number).transaction
    if profile is not None and transaction is not None:
        point.state.profiles.append(msgspec.structs.replace(profile, transaction_id=transaction.key))


def transaction_ended(point: Point, key: str) -> None:
    """Its profiles end with it. To be saved by the caller."""
    if point.state.profiles:
        point.state.profiles[:] = [one for one in point.state.profiles if one.transaction_id != key]


# -- what follows --------------------------------------------------------------------------------------------


def _load(point: Point, number: int, sharing: int) -> Load:
    """A connector as the profiles see it; the charge point's own limit is shared evenly by ``sharing`` of them."""
    connector = point.unit.state.connectors.get(number)
    transaction = connector.transaction if connector is not None else None
    return Load(
        place=number,
        started_at=transaction.started_at if transaction is not None else None,
        transaction_id=transaction.key if transaction is not None else None,
        phases=point.unit.settings.phases,
        sharing=sharing,
    )


def limit(point: Point, number: int) -> Limit:
    """What all profiles leave a connector now, in W of all phases together."""
    if not point.state.profiles:
        return UNLIMITED
    sharing = sum(one.transaction is not None for _, one in point.unit.connectors())
    found = limit_at(point.state.profiles, _load(point, number, max(1, sharing)), point.unit.now(), "W")
    return UNLIMITED if found is None else Limit(round(found.limit), found.phases)


def due_s(point: Point) -> float | None:
    """Seconds until a limit of a running transaction changes."""
    running = [one.transaction for _, one in point.unit.connectors() if one.transaction is not None]
    if not point.state.profiles or not running:
        return None
    now = point.unit.now()
    moments = [next_change(point.state.profiles, now, one.started_at, LOOKS_AHEAD) for one in running]
    first = min((one for one in moments if one is not None), default=now + LOOKS_AHEAD)
    return (first - now).total_seconds()


def get_composite_schedule(point: Point, payload: dict[str, Any]) -> Answer:
    """What a connector, or the whole (0), would be given over the next ``duration`` seconds."""
    number, duration_s = payload["connectorId"], payload["duration"]
    unit: Unit = payload.get("chargingRateUnit", "A")
    settings = point.unit.settings
    if (number != 0 and number not in point.unit.state.connectors) or duration_s <= 0:
        return status("Rejected")
    start = point.unit.now()
    most: float = settings.max_power_w * (settings.connectors if number == 0 else 1)
    if unit == "A":
        most /= VOLTS * settings.phases
    found = composite(point.state.profiles, _load(point, number, 1), start, duration_s, unit, most)
    # Of those that begin within one second the last counts.
    periods = {one.start_s: one for one in found}.values()
    return {
        "status": "Accepted",
        "connectorId": number,
        "scheduleStart": timestamp(start),
        "chargingSchedule": {
            "duration": duration_s,
            "startSchedule": timestamp(start),
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [_shown(one) for one in periods],
        },
    }, None


def _shown(period: Period) -> dict[str, Any]:
    """One decimal, never more than is allowed."""
    shown = {"startPeriod": period.start_s, "limit": math.floor(period.limit * 10 + 1e-6) / 10}
    return shown if period.phases is None else shown | {"numberPhases": period.phases}

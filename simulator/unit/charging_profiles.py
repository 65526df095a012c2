"""Charging profiles, whatever version of OCPP they came with: which limit holds when, and the composite of all.
Pure: profiles and instants in, limits out (OCPP 1.6 part 3.13, OCPP 2.0.1 part 2 K).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

VOLTS = 230
CYCLE_S = {"Daily": 86_400, "Weekly": 7 * 86_400}
# A composite schedule looks no farther ahead.
LONGEST_COMPOSITE_S = 7 * 86_400

Unit = Literal["A", "W"]


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """``limit`` in the schedule's unit from ``start_s`` seconds after its start until the next period."""

    start_s: int
    limit: float
    phases: int | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """``periods`` in the order of their start, the first at 0; without ``duration_s`` the last has no end."""

    unit: Unit
    periods: list[Period]
    starts_at: datetime | None = None
    duration_s: int | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """``place`` is the connector or EVSE, 0 the whole. Purposes in the words of 2.0.1; 1.6's ChargePointMaxProfile is
    ChargingStationMaxProfile. ``sent`` is the profile as it came, for who asks for it.
    """

    profile_id: int
    place: int
    stack_level: int
    purpose: Literal["ChargingStationExternalConstraints", "ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"]
    kind: Literal["Absolute", "Recurring", "Relative"]
    schedule: Schedule
    recurrency: Literal["Daily", "Weekly"] = "Daily"
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction_id: str | None = None
    sent: dict[str, Any] = {}


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a limit is for: a place, its transaction if there is one, its phases, and among how many places that
    charge a limit of the whole is divided now.
    """

    place: int
    started_at: datetime | None = None
    transaction_id: str | None = None
    phases: int = 3
    sharing: int = 1


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a place may draw; ``phases`` where the profile says how many."""

    limit: float
    phases: int | None = None


def period_at(profile: Profile, moment: datetime, started_at: datetime | None) -> Period | None:
    """The period in which a profile is at a moment; ``started_at`` is the transaction's start. None outside of its
    validity and its schedule.
    """
    if profile.valid_from is not None and moment < profile.valid_from:
        return None
    if profile.valid_to is not None and moment >= profile.valid_to:
        return None
    start = _schedule_start(profile, moment, started_at)
    if start is None or moment < start:
        return None
    offset_s = (moment - start).total_seconds()
    duration_s = profile.schedule.duration_s
    if duration_s is not None and offset_s >= duration_s:
        return None
    found = None
    for period in profile.schedule.periods:
        if period.start_s > offset_s:
            break
        found = period
    return found


def _schedule_start(profile: Profile, moment: datetime, started_at: datetime | None) -> datetime | None:
    starts_at = profile.schedule.starts_at
    if profile.kind == "Relative" or starts_at is None:
        return started_at
    if profile.kind == "Recurring" and moment >= starts_at:
        cycle = timedelta(seconds=CYCLE_S[profile.recurrency])
        return starts_at + (moment - starts_at) // cycle * cycle
    return starts_at


def limit_at(profiles: Iterable[Profile], load: Load, moment: datetime, unit: Unit) -> Limit | None:
    """The least limit of all purposes for a load at a moment, None where nothing limits.

    Of each purpose the highest stack level with a period at that moment counts. A TxProfile stands in for the
    TxDefaultProfile, one of a single place for one of the whole.
    """
    profiles = list(profiles)
    least: Limit | None = None
    for wanted in (_for_transaction, _station_maximum, _external):
        found = _leading([one for one in profiles if wanted(one, load)], moment, load.started_at)
        if found is None:
            continue
        profile, period = found
        limit = _in_unit(period, profile.schedule.unit, unit, load.phases)
        if profile.place == 0 and load.place != 0 and wanted is not _for_transaction:
            limit /= max(1, load.sharing)
        if least is None or limit < least.limit:
            least = Limit(limit=limit, phases=period.phases)
    return least


def _for_transaction(profile: Profile, load: Load) -> bool:
    if load.place == 0:
        return False
    if profile.purpose == "TxProfile":
        return profile.place == load.place and profile.transaction_id in {None, load.transaction_id}
    return profile.purpose == "TxDefaultProfile" and profile.place in {0, load.place}


def _station_maximum(profile: Profile, load: Load) -> bool:
    return profile.purpose == "ChargingStationMaxProfile" and profile.place in {0, load.place}


def _external(profile: Profile, load: Load) -> bool:
    return profile.purpose == "ChargingStationExternalConstraints" and profile.place in {0, load.place}


def _leading(profiles: list[Profile], moment: datetime, started_at: datetime | None) -> tuple[Profile, Period] | None:
    def rank(profile: Profile) -> tuple[bool, bool, int]:
        return profile.purpose == "TxProfile", profile.place != 0, profile.stack_level

    for profile in sorted(profiles, key=rank, reverse=True):
        period = period_at(profile, moment, started_at)
        if period is not None:
            return profile, period
    return None


def _in_unit(period: Period, given: Unit, wanted: Unit, phases: int) -> float:
    if given == wanted:
        return period.limit
    volts = VOLTS * (period.phases or phases)
    return period.limit * volts if wanted == "W" else period.limit / volts


def changes(profiles: Iterable[Profile], begin: datetime, end: datetime, started_at: datetime | None) -> list[datetime]:
    """The instants after ``begin`` and before ``end`` at which a limit may change, in order."""
    found: set[datetime] = set()
    for profile in profiles:
        found.update(one for one in (profile.valid_from, profile.valid_to) if one is not None)
        start = _schedule_start(profile, begin, started_at)
        cycle_s = CYCLE_S[profile.recurrency] if profile.kind == "Recurring" else None
        offsets = [period.start_s for period in profile.schedule.periods]
        if profile.schedule.duration_s is not None:
            offsets.append(profile.schedule.duration_s)
        while start is not None and start < end:
            found.update(start + timedelta(seconds=one) for one in offsets if cycle_s is None or one < cycle_s)
            start = start + timedelta(seconds=cycle_s) if cycle_s is not None else None
    return sorted(one for one in found if begin < one < end)


def composite(
    profiles: Iterable[Profile], load: Load, begin: datetime, duration_s: int, unit: Unit, most: float
) -> list[Period]:
    """The limits of a load from ``begin`` for ``duration_s`` seconds (at most :data:`LONGEST_COMPOSITE_S`); ``most`` is
    the hardware's, in ``unit``. Without a transaction one is supposed to begin at ``begin``. The first period starts
    at 0, and no two in a row are the same.
    """
    profiles = list(profiles)
    if load.started_at is None:
        load = msgspec.structs.replace(load, started_at=begin)
    end = begin + timedelta(seconds=min(duration_s, LONGEST_COMPOSITE_S))
    periods: list[Period] = []
    for moment in [begin, *changes(profiles, begin, end, load.started_at)]:
        found = limit_at(profiles, load, moment, unit)
        capped = found is None or found.limit > most
        limit, phases = (most, None) if found is None or capped else (round(found.limit, 1), found.phases)
        if not periods or (periods[-1].limit, periods[-1].phases) != (limit, phases):
            periods.append(Period(start_s=int((moment - begin).total_seconds()), limit=limit, phases=phases))
    return periods


def next_change(
    profiles: Iterable[Profile], moment: datetime, started_at: datetime | None, within: timedelta
) -> datetime | None:
    """When a limit may change next, None when not within this time."""
    found = changes(profiles, moment, moment + within, started_at)
    return found[0] if found else None

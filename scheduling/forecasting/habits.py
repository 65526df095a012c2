"""Scheduling: what a decision tells of a location's habits, noted in the site with it; nothing is decided by them."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from model.account import ServiceRecord
from model.charger import UNPLUGGED, EndReason, OpenSession
from model.entry import Entry
from model.habits import Habits, Spread
from model.session import Session
from model.settings import WEEKDAYS
from scheduling.draft import Draft
from scheduling.fairness.score import EARLIER_MIN, LATER_MIN
from scheduling.forecasting.spread import counted, faded, halved

SESSIONS_FOR_USUAL = 3
"""Charges a driver's own usual times take."""
SESSIONS_KEPT = 8
"""A driver's usual times are means over about the last so many."""
DAYS_KEPT = 8
"""Joins are counted over so many days of a weekday, then halved."""
SHIFT_STEP_MIN = 30
LEAST_DAYS, LEAST_DISPERSION = 5, 0.3
SLOT_MIN = 30
SLOTS = 24 * 60 // SLOT_MIN
VIA_QUEUE = frozenset({"app", "tap"})
_LET_GO = frozenset({EndReason.DECLINED, EndReason.SNOOZED, EndReason.LAPSED, EndReason.NO_SHOW})
_LEAST_S = 60
AT_ONCE_MIN = 1.0
"""A car that is unplugged so soon after its charge ended was not full: its driver ended it."""


def usual_s(record: ServiceRecord) -> tuple[int, int]:
    """A driver's own usual seconds of charging, and of standing full; zeros while too few charges are known."""
    if record.timed < SESSIONS_FOR_USUAL:
        return 0, 0
    return max(_LEAST_S, record.charging_s), max(_LEAST_S, record.full_s)


def note(draft: Draft) -> None:
    """Note what this decision began and ended."""
    habits = draft.site.habits
    if draft.midnight and draft.state.site.day is not None:
        habits = _day_over(habits, draft.state.site.day.date.weekday())
    for key, record in draft.sessions.items():
        charger = draft.state.site.chargers.get(key[0])
        before = charger.session if charger is not None else None
        if before is not None and before.number == record.number:
            habits = _gone_on(draft, habits, before, record)
    if draft.queue != draft.state.site.queue or draft.last_entry != draft.state.site.last_entry:
        habits = _joined_all(draft, _queue_left(draft, habits))
    if habits is not draft.site.habits:
        draft.site = replace(draft.site, habits=habits)


def _gone_on(draft: Draft, habits: Habits, before: OpenSession, record: Session) -> Habits:
    """A session that was open before this decision."""
    if before.reserved_s:
        return habits
    if before.phase in UNPLUGGED:
        if record.plugged_at is not None and not record.walk_up:
            return _came(habits, minutes(before.assigned_at, record.plugged_at), let_go=False)
        if record.end_reason in _LET_GO and record.ended_at is not None:
            if record.end_reason is EndReason.DECLINED and before.entry is not None:
                habits = _with_presence(habits, minutes(before.entry.joined_at, record.ended_at), left=True)
            return _came(habits, minutes(before.assigned_at, record.ended_at), let_go=True)
        return habits
    if record.ended_at is None or record.plugged_at is None or record.end_reason is EndReason.GHOST:
        return habits
    return _charged(draft, habits, before, record, record.plugged_at, record.ended_at)


def _came(habits: Habits, took_min: float, *, let_go: bool) -> Habits:
    coming, letting_go = habits.coming, habits.letting_go
    if let_go:
        letting_go = counted(letting_go, took_min)
    else:
        coming = counted(coming, took_min)
    coming, letting_go = faded(coming, letting_go)
    return replace(habits, coming=coming, letting_go=letting_go)


def _charged(
    draft: Draft, habits: Habits, before: OpenSession, record: Session, plugged_at: datetime, ended_at: datetime
) -> Habits:
    """A charge that ended: its times count for the location, and for its driver."""
    full_at = record.full_at or ended_at
    charging_min, full_min = minutes(plugged_at, full_at), minutes(full_at, ended_at)
    cut = record.end_reason is EndReason.STOPPED or full_min < AT_ONCE_MIN
    usual_charging_s, usual_full_s = (0, 0) if before.entry is None else _usual(before.entry)
    habits = _with_charging(habits, charging_min, usual_charging_s / 60, cut=cut)
    if not cut:
        habits = _with_moving(habits, full_min, usual_full_s / 60)
    if before.entry is not None:
        went_at = ended_at if cut else full_at
        habits = _with_presence(habits, minutes(before.entry.joined_at, went_at), left=cut)
    person = draft.people.get(record.user_id) or draft.state.people.get(record.user_id)
    if person is not None and record.energy_wh > 0:
        timed = _timed(person.record, 60 * charging_min, 60 * full_min, cut=cut)
        draft.put_person(replace(person, record=timed))
    return habits


def _with_charging(habits: Habits, took_min: float, usual_min: float, *, cut: bool) -> Habits:
    ended, short = _one_more(habits.charging, habits.charging_cut, took_min, cut=cut)
    habits = replace(habits, charging=ended, charging_cut=short)
    if not usual_min:
        return habits
    share = 100 * took_min / usual_min
    ended, short = _one_more(habits.charging_share, habits.charging_share_cut, share, cut=cut)
    return replace(habits, charging_share=ended, charging_share_cut=short)


def _with_moving(habits: Habits, took_min: float, usual_min: float) -> Habits:
    (moving,) = faded(counted(habits.moving, took_min))
    habits = replace(habits, moving=moving)
    if not usual_min:
        return habits
    (share,) = faded(counted(habits.moving_share, 100 * took_min / usual_min))
    return replace(habits, moving_share=share)


def _with_presence(habits: Habits, was_there_min: float, *, left: bool) -> Habits:
    leaving, staying = _one_more(habits.leaving, habits.staying, was_there_min, cut=not left)
    return replace(habits, leaving=leaving, staying=staying)


def _one_more(ended: Spread, short: Spread, value: float, *, cut: bool) -> tuple[Spread, Spread]:
    """Counted in one of both."""
    more = (ended, counted(short, value)) if cut else (counted(ended, value), short)
    first, second = faded(*more)
    return first, second


def _usual(entry: Entry) -> tuple[int, int]:
    return entry.usual_charging_s, entry.usual_full_s


def _timed(record: ServiceRecord, charging_s: float, full_s: float, *, cut: bool) -> ServiceRecord:
    """With one more charge in the driver's means. Of one that was cut it is only known that it was not shorter."""
    if cut:
        if not record.timed or charging_s <= record.charging_s:
            return record
        full_s = record.full_s
    timed = min(record.timed + 1, SESSIONS_KEPT)

    def mean(before: int, latest: float) -> int:
        return round(before + (latest - before) / timed)

    return replace(
        record, timed=timed, charging_s=mean(record.charging_s, charging_s), full_s=mean(record.full_s, full_s)
    )


def _queue_left(draft: Draft, habits: Habits) -> Habits:
    """Who left the queue without having been asked, or waited until the day's end."""
    waits = {entry.entry_id for entry in draft.queue}
    gone = [entry for entry in draft.state.site.queue if entry.entry_id not in waits]
    if not gone:
        return habits
    asked = {one.session.entry.entry_id for one in draft.chargers.values() if one.session and one.session.entry}
    for entry in gone:
        if entry.entry_id not in asked:
            habits = _with_presence(habits, minutes(entry.joined_at, draft.now), left=not draft.midnight)
    return habits


def _joined_all(draft: Draft, habits: Habits) -> Habits:
    last = draft.state.site.last_entry
    if draft.last_entry == last:
        return habits
    charging = (one.session.entry for one in draft.chargers.values() if one.session)
    for entry in (*draft.queue, *charging):
        if entry is not None and entry.entry_id > last and entry.via in VIA_QUEUE:
            habits = _joined(habits, entry, draft.zone)
    return habits


def _joined(habits: Habits, entry: Entry, zone: str) -> Habits:
    local = entry.joined_at.astimezone(ZoneInfo(zone))
    today = [*habits.joins_today] or [0] * SLOTS
    today[(60 * local.hour + local.minute) // SLOT_MIN] += 1
    shift = min(max(entry.score.shift_min, EARLIER_MIN), LATER_MIN)
    step = int((shift - EARLIER_MIN) // SHIFT_STEP_MIN)
    shifts = [*habits.shifts, *([0] * (step + 1 - len(habits.shifts)))]
    shifts[step] += 1
    return replace(habits, joins_today=tuple(today), shifts=faded(tuple(shifts))[0])


def _day_over(habits: Habits, weekday: int) -> Habits:
    """The joins of a day become part of its weekday's."""
    name = WEEKDAYS[weekday]
    today = habits.joins_today or (0,) * SLOTS
    days = habits.days.get(name, 0) + 1
    joins = tuple(map(sum, zip(habits.joins.get(name) or (0,) * SLOTS, today, strict=True)))
    squares = habits.squares.get(name, 0) + sum(today) ** 2
    if days >= DAYS_KEPT:
        days, joins, squares = days // 2, halved(joins), squares // 2
    return replace(
        habits,
        joins={**habits.joins, name: joins},
        squares={**habits.squares, name: squares},
        days={**habits.days, name: days},
        joins_today=(),
    )


def dispersion(habits: Habits) -> float:
    """The variance of a day's joins over their mean: 1 for pure chance, less where it is mostly the same people."""
    differs, expected, free = 0.0, 0.0, 0
    for name, days in habits.days.items():
        if days > 1:
            mean = sum(habits.joins[name]) / days
            differs += habits.squares[name] - days * mean**2
            expected += (days - 1) * mean
            free += days - 1
    if free < LEAST_DAYS or expected <= 0:
        return 1.0
    return min(1.0, max(LEAST_DISPERSION, differs / expected))


def minutes(since: datetime, until: datetime) -> float:
    """Minutes from ``since`` to ``until``; 0 where time ran backwards."""
    return max(0.0, (until - since).total_seconds() / 60)


def share_of(part: Spread, other: Spread, prior: float, weight: float) -> float:
    """How often ``part`` comes out of both; the prior counts as ``weight``."""
    some = sum(part)
    return (some + prior * weight) / (some + sum(other) + weight)

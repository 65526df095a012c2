"""Services: decisions folded into the days they were made in, each once. Pure: the cursor says which are in already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from model.calendar import Calendar, days_between
from model.decision import Decision
from model.summary import Levels, Need, QueueDay, SummaryCursor

DayOf = Callable[[date], QueueDay]
"""What is known of a day so far."""


@dataclass(slots=True)
class Folded:
    """Where the cursor is now, and the days that changed."""

    cursor: SummaryCursor
    days: dict[date, QueueDay] = field(default_factory=dict)


def fold_in(cursor: SummaryCursor, decisions: Iterable[Decision], day_of: DayOf) -> Folded:
    """Fold decisions, which follow the cursor in the order of their versions."""
    folded = Folded(cursor)
    for decision in decisions:
        _fold_one(folded, decision, day_of)
    return folded


def days_touched(cursor: SummaryCursor, decisions: Iterable[Decision]) -> list[date]:
    """Every day that folding these may change, to be read before."""
    calendar, found = cursor.calendar, set[date]()
    last = None if cursor.levels is None else cursor.levels.at
    for decision in decisions:
        calendar = _calendar(calendar, decision)
        found.update(days_between(calendar.date_of(last or decision.at), calendar.date_of(decision.at)))
        if closed := decision.figures.get("closed"):
            found.add(date.fromisoformat(closed["date"]))
        last = decision.at
    return sorted(found)


def _fold_one(folded: Folded, decision: Decision, day_of: DayOf) -> None:
    cursor, figures, days = folded.cursor, decision.figures, folded.days
    calendar = _calendar(cursor.calendar, decision)
    today = calendar.date_of(decision.at)

    def known(day: date) -> QueueDay:
        return days[day] if day in days else day_of(day)

    for day, held, seconds in _pieces(cursor.levels, decision.at, calendar):
        days[day] = _passed(known(day), held, seconds)
    levels = _levels(cursor.levels, decision)
    if levels is not None and levels.waiting > known(today).most_waiting:
        days[today] = replace(known(today), most_waiting=levels.waiting)
    if waits := figures.get("waits_s"):
        days[today] = replace(known(today), waits_s=(*known(today).waits_s, *waits))
    if needs := figures.get("needs"):
        more = {user_id: Need(got_wh=got_wh, ask_wh=ask_wh) for user_id, (got_wh, ask_wh) in needs.items()}
        days[today] = _needing(known(today), more)
    if closed := figures.get("closed"):
        day = date.fromisoformat(closed["date"])
        days[day] = _needing(known(day), {user_id: Need(ask_wh=wh) for user_id, wh in closed["asks"].items()})
    dirty = set(cursor.dirty) | set(_dirtied(decision, calendar, cursor.as_of))
    folded.cursor = replace(
        cursor,
        calendar=calendar,
        version=decision.version,
        as_of=decision.at,
        levels=levels,
        dirty=tuple(sorted(dirty)),
    )


def _calendar(calendar: Calendar, decision: Decision) -> Calendar:
    zone = decision.figures.get("zone")
    return calendar if zone is None else calendar.changed(zone, decision.at)


def _pieces(levels: Levels | None, to: datetime, calendar: Calendar) -> Iterator[tuple[date, Levels, float]]:
    """The time since the last decision, cut at midnights."""
    if levels is None or to <= levels.at:
        return
    since = levels.at
    while since < to:
        day = calendar.date_of(since)
        until = min(calendar.end(day), to)
        yield day, levels, (until - since).total_seconds()
        since = until


def _passed(day: QueueDay, levels: Levels, seconds: float) -> QueueDay:
    contested = levels.awake > 0
    return replace(
        day,
        observed_s=day.observed_s + seconds,
        waiting_s=day.waiting_s + levels.waiting * seconds,
        most_waiting=max(day.most_waiting, levels.waiting),
        contested_charger_s=day.contested_charger_s + (levels.chargers * seconds if contested else 0),
        idle_charger_s=day.idle_charger_s + (levels.free * seconds if contested else 0),
        present_s=_longer(day.present_s, levels.present, seconds),
        blocked_s=_longer(day.blocked_s, levels.blocked, seconds),
    )


def _longer(known: Mapping[str, float], keys: Iterable[str], seconds: float) -> dict[str, float]:
    return {**known, **{key: known.get(key, 0.0) + seconds for key in keys}}


def _needing(day: QueueDay, more: Mapping[str, Need]) -> QueueDay:
    known = dict(day.needs)
    for user_id, need in more.items():
        so_far = known.get(user_id, Need())
        known[user_id] = Need(got_wh=so_far.got_wh + need.got_wh, ask_wh=so_far.ask_wh + need.ask_wh)
    return replace(day, needs=known)


def _levels(before: Levels | None, decision: Decision) -> Levels | None:
    """None after a decision of an earlier build: what held then is not known."""
    figures: Mapping[str, Any] = decision.figures
    if "queue" not in figures:
        return None
    waiting, awake, free, chargers = figures["queue"]
    present = figures.get("present", () if before is None else before.present)
    return Levels(
        at=decision.at,
        waiting=waiting,
        awake=awake,
        free=free,
        chargers=chargers,
        present=tuple(present),
        blocked=tuple(figures.get("blocked", ())),
    )


def _dirtied(decision: Decision, calendar: Calendar, as_of: datetime | None) -> Iterator[date]:
    """The days whose sessions are to be counted anew: up to this decision's, and all that its sessions lie in."""
    yield from days_between(calendar.date_of(min(as_of or decision.at, decision.at)), calendar.date_of(decision.at))
    for told in decision.changes.get("sessions", ()):
        began = datetime.fromisoformat(told["assigned_at"])
        ended = told["ended_at"]
        last = decision.at if ended is None else max(began, datetime.fromisoformat(ended))
        yield from days_between(calendar.date_of(began), calendar.date_of(last))

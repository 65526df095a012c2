"""Services: the job that keeps summaries: decisions folded in by a cursor, changed days counted anew from sessions.

Each step is one transaction that goes through only if the cursor is where it was read: it may be repeated, cut short at
any write, and run twice at once. After it a summary says what a recount of all sessions would.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog

from model import paths
from model.calendar import Calendar, calendar_of, days_between
from model.decision import Decision
from model.session import Session
from model.site import Site
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from model.summary import Counted, DaySummary, MonthSummary, QueueDay, SummaryCursor
from services.ports import Clock
from services.reports.counting import count_day
from services.reports.documents import (
    cursor_path,
    day_document,
    day_path,
    document,
    month_name,
    month_path,
    noun_of,
    read_cursor,
    read_day,
)
from services.reports.folding import days_touched, fold_in
from services.sites.decision_document import decision_of
from services.sites.paging import each
from services.sites.session_document import session_of
from services.sites.site_document import site_of, site_path
from services.slot import Slot

PAGE = 100
"""Decisions folded in at once."""
_DAY = timedelta(days=1)
_LOG = structlog.get_logger(__name__)


class Summaries:
    """May run on several machines at once, be cut short and be lost for a while, without harm."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def run(self, slot: Slot | None = None) -> int:
        """All locations; how many steps were taken. A location that fails does not stop the others."""
        slot, steps = slot or Slot(), 0
        for found in slot.of(each(self._store, Query(paths.LOCATIONS))):
            try:
                steps += self.bring_up(site_of(found.data), slot)
            except Exception:  # noqa: BLE001 -- logged with its stack; the other locations go on
                _LOG.exception("summarising_failed", path=found.path)
        return steps

    def bring_up(self, site: Site, slot: Slot | None = None) -> int:
        """One location, as far as there is time; how many steps were taken. One read where nothing happened."""
        slot, steps = slot or Slot(), 0
        cursor = read_cursor(self._store, site.location_id)
        kept = cursor
        if cursor is None:
            cursor = self._beginning(site)
        while cursor.version < site.version and not slot.over:
            decisions = self._decisions(cursor)
            if not decisions:
                break
            folded = self._fold(cursor, kept, decisions)
            if folded is None:
                return steps
            cursor = kept = folded
            steps += 1
        while cursor.dirty and not slot.over:
            counted = self._count(cursor, kept, site)
            if counted is None:
                return steps
            cursor = kept = counted
            steps += 1
        return steps

    def count_anew(self, location_id: str) -> None:
        """Have every day since the first session counted anew by the next run. Raises ``NotFound``."""
        site_path(location_id)

        def attempt(transaction: Transaction) -> None:
            cursor = read_cursor(transaction, location_id)
            if cursor is None:
                return
            found = transaction.query(_oldest(location_id))
            first = [cursor.calendar.date_of(session_of(one.data).assigned_at) for one in found]
            last = cursor.calendar.date_of(cursor.as_of or self._clock.now())
            dirty = set(cursor.dirty).union(*(days_between(day, last) for day in first))
            transaction.put(cursor_path(location_id), document(replace(cursor, dirty=tuple(sorted(dirty)))))

        self._store.transact(attempt)

    def _beginning(self, site: Site) -> SummaryCursor:
        """Nothing is folded in, and every day since the first session is to be counted."""
        cursor = SummaryCursor(location_id=site.location_id, calendar=calendar_of(site.time_zone))
        zones = (one.figures.get("zone") for one in self._decisions(cursor)[:1])
        calendar = calendar_of(next((zone for zone in zones if zone), site.time_zone))
        oldest = [session_of(found.data).assigned_at for found in self._store.query(_oldest(site.location_id))]
        today = calendar.date_of(self._clock.now())
        dirty = [day for at in oldest for day in days_between(calendar.date_of(at), today)]
        return replace(cursor, calendar=calendar, dirty=tuple(dirty))

    def _decisions(self, cursor: SummaryCursor) -> list[Decision]:
        query = Query(
            paths.decisions(cursor.location_id),
            (Filter("version", ">", cursor.version),),
            (Order("version"),),
            limit=PAGE,
        )
        return [decision_of(found.data) for found in self._store.query(query)]

    def _fold(
        self, cursor: SummaryCursor, kept: SummaryCursor | None, decisions: Sequence[Decision]
    ) -> SummaryCursor | None:
        """The cursor behind the decisions; None where somebody else was at it."""
        location_id, touched = cursor.location_id, days_touched(cursor, decisions)

        def attempt(transaction: Transaction) -> SummaryCursor | None:
            if read_cursor(transaction, location_id) != kept:
                return None
            found = transaction.get_many([day_path(location_id, day) for day in touched])
            known = {
                day: noun_of(DaySummary, one) or _blank(location_id, cursor.calendar, day)
                for day, one in zip(touched, found, strict=True)
            }
            folded = fold_in(cursor, decisions, lambda day: known[day].queue)
            for day, queue in sorted(folded.days.items()):
                transaction.put(day_path(location_id, day), day_document(_bounded(known[day], folded.cursor, queue)))
            transaction.put(cursor_path(location_id), document(folded.cursor))
            return folded.cursor

        return self._store.transact(attempt)

    def _count(self, cursor: SummaryCursor, kept: SummaryCursor | None, site: Site) -> SummaryCursor | None:
        """Count the oldest dirty day; None where somebody else was at it."""
        location_id, day = cursor.location_id, cursor.dirty[0]
        starts_at, ends_at = cursor.calendar.start(day), cursor.calendar.end(day)
        as_of = cursor.as_of or self._clock.now()
        standing = [one.charger_id for one in site.chargers.values() if not one.retired and not site.retired]
        counted = count_day(self._sessions(cursor, day), starts_at, ends_at, as_of, standing)

        def attempt(transaction: Transaction) -> SummaryCursor | None:
            if read_cursor(transaction, location_id) != kept:
                return None
            before = read_day(transaction, location_id, day) or _blank(location_id, cursor.calendar, day)
            path = month_path(location_id, day.year, day.month)
            month = noun_of(MonthSummary, transaction.get(path)) or MonthSummary(
                location_id=location_id, month=month_name(day.year, day.month)
            )
            after = replace(_bounded(before, cursor, before.queue), counted=counted)
            dirty = set(cursor.dirty) - {day}
            if ends_at <= as_of and _goes_on_otherwise(before.counted, counted):
                dirty.add(day + _DAY)
            left = replace(cursor, dirty=tuple(sorted(dirty)))
            transaction.put(day_path(location_id, day), day_document(after))
            transaction.put(path, document(_with_day(month, day, counted)))
            transaction.put(cursor_path(location_id), document(left))
            return left

        return self._store.transact(attempt)

    def _sessions(self, cursor: SummaryCursor, day: date) -> list[Session]:
        """All that were open in the day: those begun in it, and those that the day before went on with."""
        location_id, calendar = cursor.location_id, cursor.calendar
        where = (Filter("sort_at", ">=", calendar.start(day)), Filter("sort_at", "<", calendar.end(day)))
        query = Query(paths.sessions(location_id), where, (Order("sort_at"),))
        begun = [session_of(found.data) for found in each(self._store, query)]
        before = read_day(self._store, location_id, day - _DAY)
        running = () if before is None or before.counted is None else before.counted.running
        going_on = self._store.get_many([paths.session(location_id, key, number) for key, number in running])
        return begun + [session_of(found.data) for found in going_on if found is not None]


def _oldest(location_id: str) -> Query:
    return Query(paths.sessions(location_id), order_by=(Order("sort_at"),), limit=1)


def _blank(location_id: str, calendar: Calendar, day: date) -> DaySummary:
    return DaySummary(location_id=location_id, date=day, starts_at=calendar.start(day), ends_at=calendar.end(day))


def _bounded(summary: DaySummary, cursor: SummaryCursor, queue: QueueDay) -> DaySummary:
    """With the day's bounds as they are known now: a change of zone may have moved them since."""
    calendar = cursor.calendar
    return replace(summary, starts_at=calendar.start(summary.date), ends_at=calendar.end(summary.date), queue=queue)


def _goes_on_otherwise(before: Counted | None, after: Counted) -> bool:
    """A session that went on into the next day does not, or another one does: an end was told late."""
    return before is not None and before.running != after.running


def _with_day(month: MonthSummary, day: date, counted: Counted) -> MonthSummary:
    takings = {key: one.takings for key, one in counted.chargers.items() if one.takings.sessions}
    names = {key: one.charger_id for key, one in counted.chargers.items()}
    days = {**month.days, day.isoformat(): takings}
    return replace(month, days=dict(sorted(days.items())), names={**month.names, **names})

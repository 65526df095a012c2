"""Services: a past day of one location, decision by decision, as the rules run again show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from model import paths
from model.charger import Charger
from model.decision import Decision
from model.instants import day_start, local_day
from model.site import Site
from model.store.port import Store
from model.store.query import Order, Query
from services.ports import Clock
from services.sites.decision_document import decision_of
from services.sites.paging import each
from services.sites.reading import Sites
from services.sites.replay import steps

MOST = 3_000
"""Decisions shown of a day; read newest first, so of a day with more the earliest are missing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The site right after a decision."""

    version: int
    at: datetime
    summary: str
    alerts: tuple[str, ...]
    waiting: tuple[str, ...]
    """Usernames, first to last."""
    chargers: tuple[tuple[str, str, str], ...]
    """Id, station state, and who is there; in the order of the site."""


def film(
    store: Store, clock: Clock, sites: Sites, location_id: str, day: date | None = None
) -> tuple[date, list[Picture]]:
    """The day (left out: yesterday) and its pictures, oldest first. A read a decision. Raises ``NotFound``."""
    site = sites.cached(location_id)
    day = day or local_day(clock.now(), site.time_zone) - timedelta(days=1)
    begin, end = day_start(day, site.time_zone), day_start(day + timedelta(days=1), site.time_zone)
    decisions = list(_within(store, location_id, begin, end))[::-1]
    return day, [_picture(decision, then) for decision, then in steps(decisions)]


def _within(store: Store, location_id: str, begin: datetime, end: datetime) -> Iterator[Decision]:
    """Newest first."""
    query = Query(paths.decisions(location_id), order_by=(Order("version", descending=True),))
    found = 0
    for document in each(store, query):
        decision = decision_of(document.data)
        if decision.at < begin or found >= MOST:
            return
        if decision.at < end:
            found += 1
            yield decision


def _picture(decision: Decision, site: Site) -> Picture:
    return Picture(
        version=decision.version,
        at=decision.at,
        summary=decision.summary,
        alerts=tuple(str(one["alert"]) for one in decision.effects if one.get("kind") == "Warn"),
        waiting=tuple(entry.member.username for entry in site.queue),
        chargers=tuple(
            (one.charger_id, one.station_state.value, _who(one)) for one in site.chargers.values() if not one.retired
        ),
    )


def _who(charger: Charger) -> str:
    entry = charger.session.entry if charger.session is not None else None
    return "" if entry is None else entry.member.username

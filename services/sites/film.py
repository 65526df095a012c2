"""Services: a past day of one location, decision by decision, as the rules run again show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from model import paths
from model.decision import Decision
from model.errors import Invalid
from model.instants import day_start, local_day
from model.site import Site
from model.store.port import Reads, Store
from model.store.query import Filter, Order, Query
from services.ports import Clock
from services.sites.decision_document import decision_of
from services.sites.paging import each
from services.sites.reading import Sites
from services.sites.replay import steps
from services.slot import Slot

MOST = 3_000
"""Decisions shown of a day, its first."""
MOST_NAMES = 30
WITHIN_S = 10.0
"""So long the rules run again: of a day that takes longer, its beginning is shown."""
Shown = tuple[str, str, str]
"""A charger's id, its station state ("" once it is gone), and who is there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The site right after a decision."""

    version: int
    at: datetime
    summary: str
    alerts: tuple[str, ...]
    waiting: int
    first: tuple[str, ...]
    """Usernames of those who wait, first to last; so many that a page shows them."""
    changed: tuple[Shown, ...]
    """What the chargers show differently than in the picture before; in the first, all of them."""


@dataclass(frozen=True, slots=True)
class Film:
    """``whole``: no decision of the day is left out at its end."""

    day: date
    pictures: tuple[Picture, ...]
    whole: bool


def film(
    store: Store, clock: Clock, sites: Sites, location_id: str, day: date | None = None, within: Slot | None = None
) -> Film:
    """A day (left out: yesterday), oldest first. A read a decision, and a few to find the day. Raises ``NotFound``."""
    site = sites.cached(location_id)
    slot = within or Slot(WITHIN_S)
    try:
        day = day or local_day(clock.now(), site.time_zone) - timedelta(days=1)
        begin, end = day_start(day, site.time_zone), day_start(day + timedelta(days=1), site.time_zone)
    except OverflowError as error:
        raise Invalid("invalid_date", "There is no such day.", field="date") from error
    first, behind = (_first_at(store, site, instant) for instant in (begin, end))
    last = min(behind, first + MOST)
    found = [decision for decision in _from(store, location_id, first, last) if begin <= decision.at < end]
    shown = tuple(_pictures(slot.of(steps(found))))
    whole = last == behind and (not found or (bool(shown) and shown[-1].version == found[-1].version))
    return Film(day=day, pictures=shown, whole=whole)


def _first_at(reads: Reads, site: Site, instant: datetime) -> int:
    """The version of the first decision at ``instant`` or later; what was forgotten was before it."""
    low, high = 1, site.version + 1
    while low < high:
        middle = (low + high) // 2
        document = reads.get(paths.decision(site.location_id, middle))
        if document is None or document.data["at"] < instant:
            low = middle + 1
        else:
            high = middle
    return low


def _from(reads: Reads, location_id: str, first: int, behind: int) -> Iterator[Decision]:
    if behind <= first:
        return iter(())
    query = Query(paths.decisions(location_id), (Filter("version", ">=", first),), (Order("version"),))
    return (decision_of(document.data) for document in islice(each(reads, query), behind - first))


def _pictures(taken: Iterable[tuple[Decision, Site]]) -> Iterator[Picture]:
    before: dict[str, Shown] = {}
    for decision, site in taken:
        now = {one[0]: one for one in _chargers(site)}
        gone = [(name, "", "") for name in before if name not in now]
        yield Picture(
            version=decision.version,
            at=decision.at,
            summary=decision.summary,
            alerts=tuple(str(one["alert"]) for one in decision.effects if one.get("kind") == "Warn"),
            waiting=len(site.queue),
            first=tuple(entry.member.username for entry in site.queue[:MOST_NAMES]),
            changed=(*(one for name, one in now.items() if before.get(name) != one), *gone),
        )
        before = now


def _chargers(site: Site) -> Iterator[Shown]:
    for one in site.chargers.values():
        if not one.retired:
            entry = one.session.entry if one.session is not None else None
            yield one.charger_id, one.station_state.value, "" if entry is None else entry.member.username

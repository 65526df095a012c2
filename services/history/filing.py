"""Services: the job that files what decisions changed under the charger and the day, where it is kept for ever.

Decisions are deleted some day. A run that is lost, doubled or cut short does no harm: each page of decisions is one
transaction with the cursor that says how far it went.
"""

from collections import defaultdict

import structlog

from model import paths
from model.instants import local_day
from model.status_change import KnownChange
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from services.history.day_document import (
    MOST_IN_PART,
    Filed,
    Last,
    changes_in,
    cursor_path,
    day_document,
    filed_document,
    filed_of,
)
from services.history.decided import in_place
from services.sites.decision_document import MOVED, decision_of
from services.sites.site_document import site_of
from services.slot import Slot

PAGE = 100
_LOG = structlog.get_logger(__name__)


def file_all(store: Store, slot: Slot | None = None) -> int:
    """File what is new at every location; how many decisions. Two reads a location where nothing is."""
    done = 0
    locations = store.query(Query(paths.LOCATIONS))
    for document in (slot or Slot()).of(locations):
        location_id = str(document.data["location_id"])
        try:
            done += file_location(store, location_id, site_of(document.data).time_zone, slot)
        except Exception:  # noqa: BLE001 -- logged with its stack; the other locations go on
            _LOG.exception("filing_failed", location_id=location_id)
    return done


def file_location(store: Store, location_id: str, zone: str, slot: Slot | None = None) -> int:
    """File what is new at a location, whose days begin at midnight in ``zone``; how many decisions."""
    slot = slot or Slot()
    done, found = 0, PAGE
    while found == PAGE and not slot.over:
        found = store.transact(lambda transaction: _file_page(transaction, location_id, zone))
        done += found
    return done


def _file_page(transaction: Transaction, location_id: str, zone: str) -> int:
    filed = filed_of(transaction.get(cursor_path(location_id)))
    query = Query(paths.decisions(location_id), (Filter(MOVED, ">", filed.version),), (Order(MOVED),), limit=PAGE)
    decisions = [decision_of(document.data) for document in transaction.query(query)]
    if not decisions:
        return 0
    fresh: dict[str, list[KnownChange]] = defaultdict(list)
    for key, change in in_place(decisions, filed):
        fresh[key].append(change)
    open_paths = [filed.chargers[key].path for key in fresh if key in filed.chargers]
    opened = {document.path: changes_in(document) for document in transaction.get_many(open_paths) if document}
    last = dict(filed.chargers)
    for key, changes in fresh.items():
        pages = dict([(last[key].path, opened.get(last[key].path, []))] if key in last else [])
        for change in changes:
            path = _path(location_id, key, str(local_day(change.at, zone)), last.get(key), pages)
            pages.setdefault(path, []).append(change)
            last[key] = Last(change.number, change.at, path)
        for path, kept in pages.items():
            transaction.put(path, day_document(key, kept))
    transaction.put(cursor_path(location_id), filed_document(Filed(decisions[-1].version, last)))
    return len(decisions)


def _path(location_id: str, key: str, day: str, last: Last | None, pages: dict[str, list[KnownChange]]) -> str:
    """Where the next change goes: to the last one's part of the same day while there is room, else to the next."""
    if last is None:
        return paths.status_day(location_id, key, day, 1)
    _, last_day, part = last.path.rsplit(":", 2)
    if day > last_day:
        return paths.status_day(location_id, key, day, 1)
    day = last_day  # Where a location moved to a zone further west, its yesterday begins once more.
    full = len(pages.get(last.path, ())) >= MOST_IN_PART
    return paths.status_day(location_id, key, day, int(part) + 1) if full else last.path

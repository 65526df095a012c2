"""Services: samples past their time in sessions' own documents are deleted; segments go with all that expires."""

from datetime import datetime

from model import paths
from model.store.document import Document
from model.store.port import Store, Transaction
from model.store.query import Filter, Query
from services.meter.tail import CARRIED, EXPIRES
from services.slot import Slot

PAGE = 200


def forget_tails(store: Store, now: datetime, slot: Slot, most_pages: int) -> int:
    """Sessions without the samples whose time has passed; how many. One read when there is none."""
    query = Query(paths.SESSIONS, (Filter(EXPIRES, "<=", now),), limit=PAGE, group=True)
    forgotten = 0
    for _ in range(most_pages):
        found = store.query(query)
        for document in slot.of(found):
            forgotten += _forget(store, document, now)
        if len(found) < PAGE or slot.over:
            break
    return forgotten


def _forget(store: Store, found: Document, now: datetime) -> bool:
    def attempt(transaction: Transaction) -> bool:
        document = transaction.get(found.path)
        if document is None or not document.data.get(EXPIRES, now) <= now:
            return False
        transaction.put(found.path, {name: value for name, value in document.data.items() if name not in CARRIED})
        return True

    return store.transact(attempt)

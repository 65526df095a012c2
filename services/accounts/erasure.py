"""Accounts: what an account that is deleted leaves in its sessions: they stay, without name, initials and card.

The mark is written in the transaction that deletes, so the hourly job finds what a crash or a long history leaves.
"""

from datetime import datetime

from model import paths
from model.store.document import Document
from model.store.port import Store, Transaction, Writes
from model.store.query import Filter, Order, Query
from services.sites.paging import MAX_PAGE, each
from services.slot import Slot

AT_ONCE_S = 5.0
"""So long the one who asks waits for it at most."""
CARD = "tag_key"


def begin(writes: Writes, user_id: str, now: datetime) -> None:
    """Mark that the user's sessions are to be made anonymous."""
    writes.create(paths.erasure(user_id), {"user_id": user_id, "at": now})


def finish(store: Store, user_id: str, slot: Slot | None = None) -> bool:
    """Make the user's sessions anonymous as far as there is time; whether all are. Repeated it does no harm."""
    slot = slot or Slot(AT_ONCE_S)
    newest_first = (Order("sort_at", descending=True),)
    sessions = Query(paths.SESSIONS, (Filter("user_id", "==", user_id),), newest_first, group=True)
    for document in slot.of(each(store, sessions)):
        if not _is_anonymous(document):
            _make_anonymous(store, document.path)
    if slot.over:
        return False
    store.delete(paths.erasure(user_id))
    return True


def finish_all(store: Store, slot: Slot) -> int:
    """What was left behind; how many accounts are done with. One read where there is none."""
    marks = store.query(Query(paths.ERASURES, limit=MAX_PAGE))
    return sum(finish(store, str(mark.data["user_id"]), slot) for mark in slot.of(marks))


def _make_anonymous(store: Store, path: str) -> None:
    def attempt(tx: Transaction) -> None:
        document = tx.get(path)
        if document is not None:
            kept = {name: value for name, value in document.data.items() if name != CARD}
            tx.put(path, {**kept, "username": "", "initials": ""})

    store.transact(attempt)


def _is_anonymous(document: Document) -> bool:
    return not document.data.get("username") and not document.data.get("initials") and CARD not in document.data

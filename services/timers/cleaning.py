"""Services: deletes what is past its time, page by page: tokens, resets, answers for repeats, old logs and samples.

And finishes what deleted accounts left: their names in sessions.
"""

from datetime import datetime

from model import paths
from model.store.port import Store
from model.store.query import Filter, Query
from services.accounts.erasure import finish_all
from services.meter.forgetting import forget_tails
from services.slot import Slot

PAGE = 200
MOST_PAGES = 50
"""What is left after so many pages waits for the next run."""
EXPIRING = (
    (paths.TOKENS, False),
    (paths.IDEMPOTENCY, False),
    (paths.LOCKOUTS, False),
    (paths.NOTED, False),
    (paths.RECEIPTS, False),
    (paths.EXPORTS, False),
    (paths.EXPORT_PARTS, True),
    (paths.PAYMENT_NOTES, False),
    (paths.NOTICES, True),
    (paths.DECISIONS, True),
    (paths.METER, True),
    (paths.BUILDING, True),
    (paths.BUILDING_METER, True),
)
"""Collections whose documents have ``expires_at``, and whether they lie below others. No end: kept for ever."""


def clean(store: Store, now: datetime, slot: Slot | None = None) -> int:
    """Delete documents whose ``expires_at`` has passed; how many. One read a collection when there is none."""
    slot = slot or Slot()
    deleted = 0
    for collection, group in EXPIRING:
        query = Query(collection, (Filter("expires_at", "<=", now),), limit=PAGE, group=group)
        for _ in range(MOST_PAGES):
            found = store.query(query)
            for document in slot.of(found):
                store.delete(document.path)
                deleted += 1
            if len(found) < PAGE or slot.over:
                break
    return deleted + forget_tails(store, now, slot, MOST_PAGES) + finish_all(store, slot)

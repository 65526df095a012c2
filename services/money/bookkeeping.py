"""Services: the daily job on money: refunds the provider has not taken yet, and whether the books are right."""

import structlog

from model.store.port import Store
from services.money.administration import send_refunds
from services.money.checking import check_books
from services.ports import Clock, PaymentProvider
from services.slot import Slot

_LOG = structlog.get_logger(__name__)


class Bookkeeping:
    """Idempotent; run again it only looks again."""

    def __init__(self, store: Store, clock: Clock, provider: PaymentProvider | None = None) -> None:
        self._store = store
        self._clock = clock
        self._provider = provider

    def daily(self, slot: Slot | None = None) -> int:
        """How many things are wrong; each is logged as an error. One part that fails does not stop the other."""
        slot = slot or Slot()
        try:
            send_refunds(self._store, self._clock, self._provider, slot)
        except Exception:  # noqa: BLE001 -- logged with its stack; told again the next day
            _LOG.exception("refunds_failed")
        books = check_books(self._store, slot)
        for problem in books.problems:
            _LOG.error("books_wrong", problem=problem)
        _LOG.info("books_checked", users=books.users, entries=books.entries, sessions=books.sessions, whole=books.whole)
        return len(books.problems)

"""Services: one process at a time tells a receiver, so that what is told is in order: a lease, kept while it works."""

from datetime import datetime, timedelta

from model import paths
from model.store.port import Store, Transaction
from services.ports import Clock

LEASE = timedelta(seconds=30)
RENEWED_BEFORE = timedelta(seconds=20)
"""Longer than a page takes: a receiver that does not answer is given up earlier."""


class Role:
    """``holder`` names this process. What one that died held is free again after :data:`LEASE`."""

    def __init__(self, store: Store, clock: Clock, publisher: str, holder: str) -> None:
        self._store = store
        self._clock = clock
        self._path = paths.lease(f"publish-{publisher}")
        self._holder = holder
        self._until: datetime | None = None

    def mine(self) -> bool:
        """Whether this process has it, now and for long enough; takes it where nobody has. Mostly without a look."""
        now = self._clock.now()
        if self._until is not None and now + RENEWED_BEFORE <= self._until <= now + LEASE:
            return True

        def take(transaction: Transaction) -> datetime | None:
            now = self._clock.now()
            document = transaction.get(self._path)
            held = None if document is None else document.data
            if held is not None and held["holder"] != self._holder and now < held["until"] <= now + LEASE:
                return None
            until = now + LEASE
            transaction.put(self._path, {"holder": self._holder, "until": until})
            return until

        self._until = self._store.transact(take)
        return self._until is not None

    def leave(self) -> None:
        """Let another process have it at once."""
        if self._until is not None and self._clock.now() < self._until:
            self._store.delete(self._path)
        self._until = None

"""Model room: the store on Firestore, or on its emulator where FIRESTORE_EMULATOR_HOST is set.

The engine's own calls are used, each once and with a deadline: the client library's transactions try an aborted commit
five times without waiting, and an aborted read not at all.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from model.store.adapter import Adapter
from model.store.errors import Contention
from model.store.firestore_attempt import Attempt, Reading
from model.store.firestore_connection import Connection
from model.store.firestore_moment import MomentReading
from model.store.firestore_turns import Turns
from model.store.moment import Moment
from model.store.port import Document, Query, Transaction
from model.store.transact import Retry
from model.store.transaction import BufferedTransaction

T = TypeVar("T")

RETRY = Retry(attempts=8, total_s=20.0, first_s=0.3, longest_s=2.0, retry_after_s=3, gives_way=True)
"""Longer waits than the local stores': a rival's transaction takes several calls over the network, and the emulator
lets those that block each other wait for 2 s before it gives one up."""


class FirestoreStore(Adapter):
    """The documents of a project's default database. Opening it connects to nothing.

    `turn_s` is how long one attempt waits for another thread of this process that decides on the same document.
    """

    def __init__(self, project: str, *, retry: Retry | None = None, turn_s: float = 5.0) -> None:
        super().__init__(retry or RETRY)
        self.project = project
        self._connection = Connection(project)
        self._turns = Turns(turn_s)
        self._lost = threading.local()

    def close(self) -> None:
        """Close the connection of this process."""
        self._connection.close()

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """See `Store.transact`."""
        self._lost.transaction = b""
        return super().transact(body)

    def attempt(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` once; `Contention` when another transaction came first or the way was disturbed."""
        with Attempt(self._connection, self._turns, before=getattr(self._lost, "transaction", b"")) as attempt:
            transaction = BufferedTransaction(attempt.read, attempt.search)
            try:
                try:
                    result = body(transaction)
                finally:
                    writes = transaction.finish()
                attempt.commit(writes)
            except Contention:
                self._lost.transaction = attempt.transaction
                raise
        return result

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Reads at one instant of the engine's clock."""
        reading = self.retry.run(lambda: MomentReading(self._connection))
        yield Moment(reading.read, reading.search, self.retry)

    def _read(self, paths: list[str]) -> list[Document | None]:
        return Reading(self._connection).read(paths)

    def _search(self, query: Query) -> list[Document]:
        return Reading(self._connection).search(query)

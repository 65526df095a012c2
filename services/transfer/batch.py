"""Services: many writes, some at a time in one transaction each."""

from model.store.document import Document
from model.store.port import Store, Transaction

MOST = 200
MOST_BYTES = 4 * 1024 * 1024
"""A transaction may write 10 MiB."""


class Batch:
    """Gathers writes and makes them when enough are together; ``flush`` makes the last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._puts: list[Document] = []
        self._deletes: list[str] = []
        self._bytes = 0
        self.written = 0
        self.deleted = 0

    def put(self, document: Document, size_bytes: int) -> None:
        """Write a document whose line has so many bytes."""
        if self._bytes + size_bytes > MOST_BYTES:
            self.flush()
        self._puts.append(document)
        self._bytes += size_bytes
        self._flush_when_full()

    def delete(self, path: str) -> None:
        """Delete a document."""
        self._deletes.append(path)
        self._flush_when_full()

    def flush(self) -> None:
        """Make the writes gathered so far, all or none."""
        puts, deletes = self._puts, self._deletes
        if not puts and not deletes:
            return

        def body(transaction: Transaction) -> None:
            for document in puts:
                transaction.put(document.path, document.data)
            for path in deletes:
                transaction.delete(path)

        self._store.transact(body)
        self.written += len(puts)
        self.deleted += len(deletes)
        self._puts, self._deletes, self._bytes = [], [], 0

    def _flush_when_full(self) -> None:
        if len(self._puts) + len(self._deletes) >= MOST:
            self.flush()

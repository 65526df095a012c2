"""Model room: a store that counts documents read and written, as Firestore bills them."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from model.store.port import Document, Query, Reads, Store, Transaction

T = TypeVar("T")


@dataclass(slots=True)
class Count:
    """Documents counted so far.

    `reads`: one per document asked for, there or not; a query counts what it returns, at least
    1; the reads of attempts that lost their race count too. `writes` and `deletes` count only
    when committed. `attempts` counts runs of transaction bodies, `commits` those that came through.
    """

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    attempts: int = 0
    commits: int = 0

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        self.reads += other.reads
        self.writes += other.writes
        self.deletes += other.deletes
        self.attempts += other.attempts
        self.commits += other.commits


class CountingStore(Store):
    """Passes every verb on to `inner`; `total` is the count of the whole process so far."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.total = Count()
        self._lock = threading.Lock()
        self._open: list[tuple[int | None, Count]] = []

    @contextmanager
    def measure(self, *, this_thread: bool = False) -> Iterator[Count]:
        """Yield a count of what happens inside the `with`, in all threads or in this one only."""
        count = Count()
        entry = (threading.get_ident() if this_thread else None, count)
        with self._lock:
            self._open.append(entry)
        try:
            yield count
        finally:
            with self._lock:
                self._open = [other for other in self._open if other[1] is not count]

    def get(self, path: str) -> Document | None:
        """See `Reads.get`."""
        found = self.inner.get(path)
        self._add(Count(reads=1))
        return found

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        """See `Reads.get_many`."""
        wanted = list(paths)
        found = self.inner.get_many(wanted)
        self._add(Count(reads=len(set(wanted))))
        return found

    def query(self, query: Query) -> list[Document]:
        """See `Reads.query`."""
        found = self.inner.query(query)
        self._add(Count(reads=max(1, len(found))))
        return found

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.create`."""
        self.inner.create(path, data)
        self._add(Count(writes=1))

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.put`."""
        self.inner.put(path, data)
        self._add(Count(writes=1))

    def delete(self, path: str) -> None:
        """See `Writes.delete`."""
        self.inner.delete(path)
        self._add(Count(deletes=1))

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """See `Store.transact`."""
        last: list[Count] = []

        def counted(transaction: Transaction) -> T:
            counting = _CountingTransaction(transaction)
            last[:] = [counting.writes]
            try:
                return body(counting)
            finally:
                self._add(Count(reads=counting.reads, attempts=1))

        result = self.inner.transact(counted)
        self._add(last[0])
        return result

    @contextmanager
    def snapshot(self) -> Iterator[Reads]:
        """See `Store.snapshot`."""
        with self.inner.snapshot() as still:
            yield _CountingReads(still, self._add)

    def close(self) -> None:
        """Close the inner store."""
        self.inner.close()

    def _add(self, count: Count) -> None:
        thread = threading.get_ident()
        with self._lock:
            self.total.add(count)
            for wanted, measured in self._open:
                if wanted is None or wanted == thread:
                    measured.add(count)


class _CountingReads(Reads):
    """Counts what is read of a moment."""

    def __init__(self, inner: Reads, add: Callable[[Count], None]) -> None:
        self.inner = inner
        self.add = add

    def get(self, path: str) -> Document | None:
        self.add(Count(reads=1))
        return self.inner.get(path)

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        wanted = list(paths)
        self.add(Count(reads=len(set(wanted))))
        return self.inner.get_many(wanted)

    def query(self, query: Query) -> list[Document]:
        found = self.inner.query(query)
        self.add(Count(reads=max(1, len(found))))
        return found


class _CountingTransaction(Transaction):
    """Counts what one attempt reads, and what it would write."""

    def __init__(self, inner: Transaction) -> None:
        self.inner = inner
        self.reads = 0
        self.writes = Count(commits=1)

    def get(self, path: str) -> Document | None:
        found = self.inner.get(path)
        self.reads += 1
        return found

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        wanted = list(paths)
        found = self.inner.get_many(wanted)
        self.reads += len(set(wanted))
        return found

    def query(self, query: Query) -> list[Document]:
        found = self.inner.query(query)
        self.reads += max(1, len(found))
        return found

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        self.inner.create(path, data)
        self.writes.writes += 1

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        self.inner.put(path, data)
        self.writes.writes += 1

    def delete(self, path: str) -> None:
        self.inner.delete(path)
        self.writes.deletes += 1

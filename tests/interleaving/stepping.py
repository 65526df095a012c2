"""Stores for interleaving tests: one that stops before every storage step, one without transactions."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from model.store.port import Document, Query, Reads, Store, Transaction

T = TypeVar("T")
Gate = Callable[[str], None]


class SteppingTransaction(Transaction):
    """Calls `gate` with a label before every verb."""

    def __init__(self, inner: Transaction, gate: Gate) -> None:
        self.inner = inner
        self.gate = gate

    def get(self, path: str) -> Document | None:
        self.gate(f"get {path}")
        return self.inner.get(path)

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        wanted = list(paths)
        self.gate(f"get_many {' '.join(wanted)}")
        return self.inner.get_many(wanted)

    def query(self, query: Query) -> list[Document]:
        self.gate(f"query {query.collection}")
        return self.inner.query(query)

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        self.gate(f"create {path}")
        self.inner.create(path, data)

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        self.gate(f"put {path}")
        self.inner.put(path, data)

    def delete(self, path: str) -> None:
        self.gate(f"delete {path}")
        self.inner.delete(path)


class SteppingStore(Store):
    """Calls `gate` before every read and write, in and outside transactions, before each and its commit.

    Give the inner store `Retry(sleep=steps.sleep)`, so that a busy attempt lets the other request go on.
    """

    def __init__(self, inner: Store, gate: Gate) -> None:
        self.inner = inner
        self.gate = gate

    def get(self, path: str) -> Document | None:
        self.gate(f"get {path}")
        return self.inner.get(path)

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        wanted = list(paths)
        self.gate(f"get_many {' '.join(wanted)}")
        return self.inner.get_many(wanted)

    def query(self, query: Query) -> list[Document]:
        self.gate(f"query {query.collection}")
        return self.inner.query(query)

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        self.gate(f"create {path}")
        self.inner.create(path, data)

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        self.gate(f"put {path}")
        self.inner.put(path, data)

    def delete(self, path: str) -> None:
        self.gate(f"delete {path}")
        self.inner.delete(path)

    def transact(self, body: Callable[[Transaction], T]) -> T:
        def stepping(transaction: Transaction) -> T:
            result = body(SteppingTransaction(transaction, self.gate))
            self.gate("commit")
            return result

        self.gate("begin")
        return self.inner.transact(stepping)

    def snapshot(self) -> AbstractContextManager[Reads]:
        return self.inner.snapshot()

    def close(self) -> None:
        self.inner.close()


class DirectTransaction(Transaction):
    """Every verb goes straight to the store: what a build without transactions would do."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def get(self, path: str) -> Document | None:
        return self.store.get(path)

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        return self.store.get_many(paths)

    def query(self, query: Query) -> list[Document]:
        return self.store.query(query)

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        self.store.create(path, data)

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        self.store.put(path, data)

    def delete(self, path: str) -> None:
        self.store.delete(path)


class WithoutTransaction(Store):
    """A store whose `transact` runs the body's reads and writes directly, one by one.

    Tests of interleavings must fail on it, or they test nothing.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    def get(self, path: str) -> Document | None:
        return self.inner.get(path)

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        return self.inner.get_many(paths)

    def query(self, query: Query) -> list[Document]:
        return self.inner.query(query)

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        self.inner.create(path, data)

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        self.inner.put(path, data)

    def delete(self, path: str) -> None:
        self.inner.delete(path)

    def transact(self, body: Callable[[Transaction], T]) -> T:
        return body(DirectTransaction(self.inner))

    def snapshot(self) -> AbstractContextManager[Reads]:
        return self.inner.snapshot()

    def close(self) -> None:
        self.inner.close()

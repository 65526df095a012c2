"""Model room: what all adapters share: checking, retries, and the ban on nested calls.

An adapter implements `_read`, `_search`, `attempt`, `moment` and `close`; it never checks or retries.
"""

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from model.store.errors import NotAllowedInTransaction
from model.store.moment import Moment
from model.store.paths import check_path
from model.store.port import Document, Query, Store, Transaction
from model.store.query import check_query
from model.store.transact import Retry

T = TypeVar("T")


class Adapter(Store):
    """A store made of five engine functions.

    Any of them may raise `Contention`; this class runs them under `retry`.
    """

    def __init__(self, retry: Retry | None = None) -> None:
        self.retry = retry or Retry()
        self._inside = threading.local()

    @abstractmethod
    def _read(self, paths: list[str]) -> list[Document | None]:
        """Return the documents at checked paths, in order, outside any transaction."""

    @abstractmethod
    def _search(self, query: Query) -> list[Document]:
        """Answer a checked query outside any transaction."""

    @abstractmethod
    def attempt(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` once in one transaction and commit it; `Contention` if the race was lost."""

    @abstractmethod
    def moment(self) -> AbstractContextManager[Moment]:
        """Hold one moment of the store still for the length of a block."""

    def snapshot(self) -> AbstractContextManager[Moment]:
        """See `Store.snapshot`."""
        self._outside("reading with the store itself")
        return self.moment()

    def get(self, path: str) -> Document | None:
        """See `Reads.get`."""
        return self.get_many((path,))[0]

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        """See `Reads.get_many`."""
        self._outside("reading with the store itself")
        checked = [check_path(path) for path in paths]
        return self.retry.run(lambda: self._read(checked))

    def query(self, query: Query) -> list[Document]:
        """See `Reads.query`."""
        self._outside("reading with the store itself")
        check_query(query)
        return self.retry.run(lambda: self._search(query))

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.create`."""
        self.transact(lambda transaction: transaction.create(path, data))

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.put`."""
        self.transact(lambda transaction: transaction.put(path, data))

    def delete(self, path: str) -> None:
        """See `Writes.delete`."""
        self.transact(lambda transaction: transaction.delete(path))

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """See `Store.transact`."""
        self._outside("writing with the store itself")

        def guarded(transaction: Transaction) -> T:
            with self._mark():
                return body(transaction)

        return self.retry.run(lambda: self.attempt(guarded))

    @contextmanager
    def _mark(self) -> Iterator[None]:
        self._inside.body = True
        try:
            yield
        finally:
            self._inside.body = False

    def _outside(self, what: str) -> None:
        if getattr(self._inside, "body", False):
            raise NotAllowedInTransaction(what)

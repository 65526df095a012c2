"""Model room: the transaction every adapter hands to a body: reads first, writes buffered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from model.store.errors import NotAllowedInTransaction, ReadAfterWrite, TransactionTooLarge
from model.store.paths import check_path
from model.store.port import Document, Query, Transaction
from model.store.query import check_query
from model.store.values import check_document

TRANSACTION_BYTES = 10 * 1024 * 1024
"""Firestore's bound on one commit."""


@dataclass(frozen=True, slots=True)
class Write:
    """One buffered write; `data` is a checked private copy, None for `delete`."""

    verb: Literal["create", "put", "delete"]
    path: str
    data: dict[str, Any] | None


class BufferedTransaction(Transaction):
    """Checks every call, reads through the adapter's two functions, keeps the writes for commit.

    `read` takes checked paths and returns documents in order; `search` takes a checked query.
    The adapter calls `finish` when the body has returned and applies what it returns.
    """

    def __init__(
        self,
        read: Callable[[list[str]], list[Document | None]],
        search: Callable[[Query], list[Document]],
    ) -> None:
        self._read = read
        self._search = search
        self._writes: list[Write] = []
        self._size_bytes = 0
        self._finished = False

    def get(self, path: str) -> Document | None:
        """See `Reads.get`; raises `ReadAfterWrite` after the first write."""
        self._before_read(f"get({path!r})")
        return self._read([check_path(path)])[0]

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        """See `Reads.get_many`; raises `ReadAfterWrite` after the first write."""
        self._before_read("get_many")
        return self._read([check_path(path) for path in paths])

    def query(self, query: Query) -> list[Document]:
        """See `Reads.query`; raises `ReadAfterWrite` after the first write."""
        self._before_read(f"query of {query.collection}")
        check_query(query)
        return self._search(query)

    def create(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.create`; `AlreadyExists` comes out of `transact`."""
        self._keep("create", path, data)

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.put`."""
        self._keep("put", path, data)

    def delete(self, path: str) -> None:
        """See `Writes.delete`."""
        self._check_open("delete")
        self._writes.append(Write("delete", check_path(path), None))

    def finish(self) -> list[Write]:
        """Refuse all further use and return the writes in order."""
        self._finished = True
        return self._writes

    def _keep(self, verb: Literal["create", "put"], path: str, data: Mapping[str, Any]) -> None:
        self._check_open(verb)
        checked = check_document(check_path(path), data)
        self._size_bytes += checked.size_bytes
        if self._size_bytes > TRANSACTION_BYTES:
            raise TransactionTooLarge(self._size_bytes, TRANSACTION_BYTES)
        self._writes.append(Write(verb, path, checked.data))

    def _before_read(self, what: str) -> None:
        self._check_open(what)
        if self._writes:
            raise ReadAfterWrite(what)

    def _check_open(self, what: str) -> None:
        if self._finished:
            raise NotAllowedInTransaction(f"{what} after the end of its transaction")

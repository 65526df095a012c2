"""Model room: the store in this process's memory, for tests and trials; gone with the process.

Concurrency is optimistic, as Firestore's web clients' is: a transaction that read something which
has changed since is attempted again.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from model.store.adapter import Adapter
from model.store.errors import AlreadyExists, Contention
from model.store.matching import select
from model.store.moment import Moment
from model.store.paths import group_of, split_path
from model.store.port import Document, Query, Transaction
from model.store.transact import Retry
from model.store.transaction import BufferedTransaction, Write
from model.store.values import copy_value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Held:
    """A document as the store keeps it, never handed out; `version` is unique in the store."""

    document: Document
    version: int


@dataclass(slots=True)
class _Seen:
    """What one attempt has read: versions (0 = absent) by path, and results of queries."""

    versions: dict[str, int] = field(default_factory=dict)
    results: list[tuple[Query, list[tuple[str, int]]]] = field(default_factory=list)
    at_commit: int = -1


class MemoryStore(Adapter):
    """All documents in one dictionary under one lock."""

    def __init__(self, retry: Retry | None = None) -> None:
        super().__init__(retry)
        self._lock = threading.Lock()
        self._collections: dict[str, dict[str, _Held]] = {}
        self._groups: dict[str, set[str]] = {}
        self._commits = 0

    def close(self) -> None:
        """Forget nothing: the documents live as long as this object."""

    def attempt(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` once; `Contention` when something it read has changed before its commit."""
        seen = _Seen()
        transaction = BufferedTransaction(
            lambda paths: self._read_seen(paths, seen),
            lambda query: self._search_seen(query, seen),
        )
        try:
            result = body(transaction)
        finally:
            writes = transaction.finish()
        with self._lock:
            self._check_unchanged(seen)
            self._apply(writes)
        return result

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """A second store of the same documents: those held are replaced by writers, never changed."""
        still = MemoryStore(self.retry)
        with self._lock:
            still._collections = {name: dict(held) for name, held in self._collections.items()}
            still._groups = {name: set(collections) for name, collections in self._groups.items()}
        yield Moment(still._read, still._search, self.retry)

    def _read(self, paths: list[str]) -> list[Document | None]:
        with self._lock:
            return [_copied(self._find(path)) for path in paths]

    def _search(self, query: Query) -> list[Document]:
        with self._lock:
            return [_copy(held.document) for held in self._matching(query)]

    def _read_seen(self, paths: list[str], seen: _Seen) -> list[Document | None]:
        with self._lock:
            # Checked at every read, so that no body decides on two different moments.
            self._check_unchanged(seen)
            found = [self._find(path) for path in paths]
            for path, held in zip(paths, found, strict=True):
                seen.versions[path] = held.version if held else 0
            return [_copied(held) for held in found]

    def _search_seen(self, query: Query, seen: _Seen) -> list[Document]:
        with self._lock:
            self._check_unchanged(seen)
            found = self._matching(query)
            seen.results.append((query, _versions(found)))
            return [_copy(held.document) for held in found]

    def _check_unchanged(self, seen: _Seen) -> None:
        if seen.at_commit == self._commits:
            return
        for path, version in seen.versions.items():
            held = self._find(path)
            if (held.version if held else 0) != version:
                raise Contention(f"{path} has changed")
        for query, versions in seen.results:
            if _versions(self._matching(query)) != versions:
                raise Contention(f"the answer of a query of {query.collection} has changed")
        seen.at_commit = self._commits

    def _find(self, path: str) -> _Held | None:
        collection, document_id = split_path(path)
        return self._collections.get(collection, {}).get(document_id)

    def _matching(self, query: Query) -> list[_Held]:
        names = self._groups.get(query.collection, set()) if query.group else {query.collection}
        held = {one.document.path: one for name in names for one in self._collections.get(name, {}).values()}
        return [held[document.path] for document in select(query, (one.document for one in held.values()))]

    def _apply(self, writes: list[Write]) -> None:
        if not writes:
            return
        overlay: dict[str, dict[str, Any] | None] = {}
        for write in writes:
            there = overlay[write.path] is not None if write.path in overlay else self._find(write.path)
            if write.verb == "create" and there:
                raise AlreadyExists(write.path)
            overlay[write.path] = write.data
        self._commits += 1
        for path, data in overlay.items():
            collection, document_id = split_path(path)
            documents = self._collections.setdefault(collection, {})
            self._groups.setdefault(group_of(collection), set()).add(collection)
            if data is None:
                documents.pop(document_id, None)
            else:
                documents[document_id] = _Held(Document(path, data), self._commits)


def _copy(document: Document) -> Document:
    return Document(document.path, copy_value(document.data))


def _copied(held: _Held | None) -> Document | None:
    return _copy(held.document) if held else None


def _versions(found: list[_Held]) -> list[tuple[str, int]]:
    return [(held.document.path, held.version) for held in found]

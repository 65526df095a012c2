"""Model room: the storage verbs every document store offers; this text is the specification.

`tests/contracts/store` holds a test per sentence and runs on every adapter.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Self, TypeVar

from model.store.document import Document
from model.store.query import Filter, Order, Query

__all__ = [
    "Document",
    "Filter",
    "Order",
    "Query",
    "Reads",
    "Store",
    "Transaction",
    "Writes",
]

T = TypeVar("T")


class Reads(ABC):
    """The reading verbs, the same in and outside a transaction."""

    @abstractmethod
    def get(self, path: str) -> Document | None:
        """Return the document at `path`, or None.

        A document above it need not exist. Raises `InvalidPath`, `CorruptDocument`.
        """

    @abstractmethod
    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        """Return what `get` returns for each path, in the order of `paths`, repeats included."""

    @abstractmethod
    def query(self, query: Query) -> list[Document]:
        """Return the documents that match, in order. Raises `InvalidQuery`.

        - A document that lacks a filtered or an ordered field is not returned.
        - A range (`<`, `<=`, `>`, `>=`) matches only values of its own type; `==` and `in` are
          strict about types too, but 1 equals 1.0 and True equals neither.
        - Order: by `order_by`, across types null < bool < number < datetime < str < bytes < list
          < map; then by path, segment by segment, in the direction of the last order. A range
          without `order_by` orders by its field. Order among lists and among maps is undefined.
        - Text is ordered by code point; text and bytes only by their first 1,500 bytes.
        - `after` continues behind that document; it need not exist any more.
        - `group` reads all collections of that name at any depth.
        """


class Writes(ABC):
    """The writing verbs, the same in and outside a transaction."""

    @abstractmethod
    def create(self, path: str, data: Mapping[str, Any]) -> None:
        """Write a new document; `AlreadyExists` if there is one (out of `transact` when inside).

        Raises `InvalidPath`, `InvalidDocument`, `DocumentTooLarge` at once, nothing written.
        """

    @abstractmethod
    def put(self, path: str, data: Mapping[str, Any]) -> None:
        """Write the document whole, whether there was one or not; no field of the old survives."""

    @abstractmethod
    def delete(self, path: str) -> None:
        """Remove the document if it is there; documents below it stay."""


class Transaction(Reads, Writes):
    """What a transaction body is given; it ends with the body.

    All reads come before the first write, otherwise `ReadAfterWrite`. Reads never see the body's
    own writes. Together the reads are one consistent moment, and the writes are applied all or
    none, in order, only if nothing read has changed meanwhile: transactions are serializable.
    """


class Store(Reads, Writes):
    """A document store. Safe to share between threads; close it once.

    What a verb acknowledged survives the death of the process (not on the memory adapter).
    Documents go in and come out as copies: changing a dict never changes the store.
    Any verb may raise `StoreUnavailable`; a write may raise `StoreBusy`, `StoreFull`,
    `StoreReadOnly`, or `OutcomeUnknown`: saved whole or not at all, but nobody can say which. A plain
    verb called inside a transaction body of the same store raises `NotAllowedInTransaction`.
    """

    @abstractmethod
    def transact(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` in a transaction and return what it returned.

        An attempt that loses a race is made again with a fresh transaction, so the body may run
        several times: it decides and saves, nothing else. After too many, `StoreBusy`. An
        exception of the body, or `AlreadyExists`, writes nothing and comes out unchanged.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Reads]:
        """Open a `with` block whose `Reads` all see the store as it was at one moment, whoever writes meanwhile.

        It holds nobody up. Firestore keeps a moment for an hour; reads after that raise `StoreUnavailable`.
        """

    @abstractmethod
    def close(self) -> None:
        """Give back files and connections; calling it twice is harmless."""

    def __enter__(self) -> Self:
        """Return the store itself; it is closed at the end of the `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

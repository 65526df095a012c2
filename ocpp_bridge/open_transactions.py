"""The transactions of one charge point that run as far as the bridge knows; shared by its sockets, old and new."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ocpp_bridge.translation import OpenTransaction

OPEN_MOST = 64


class OpenTransactions:
    """Oldest first, bounded: a charge point that never stops one cannot fill the memory."""

    __slots__ = ("_open",)

    def __init__(self, known: Iterable[OpenTransaction] = ()) -> None:
        self._open = tuple(known)

    def __iter__(self) -> Iterator[OpenTransaction]:
        return iter(self._open)

    def find(self, transaction_id: int) -> OpenTransaction | None:
        for transaction in self._open:
            if transaction.transaction_id == transaction_id:
                return transaction
        return None

    def open(self, transaction: OpenTransaction) -> tuple[int, ...]:
        """Remember a transaction; returns the ids forgotten for it."""
        self.close(transaction.transaction_id)
        everything = (*self._open, transaction)
        self._open = everything[-OPEN_MOST:]
        return tuple(old.transaction_id for old in everything[:-OPEN_MOST])

    def close(self, transaction_id: int) -> None:
        self._open = tuple(known for known in self._open if known.transaction_id != transaction_id)

    def note(self, transaction_id: int, seq: int) -> None:
        """The event of this start is durable as ``seq``."""
        self._open = tuple(
            replace(known, seq=seq) if known.transaction_id == transaction_id else known for known in self._open
        )

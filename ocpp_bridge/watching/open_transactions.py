"""The transactions of one charge point that run as far as the bridge knows; shared by its sockets, old and new."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ocpp_bridge.translation import OpenTransaction

OPEN_MOST = 64


class OpenTransactions:
    """Oldest first, bounded: a charge point that never stops one cannot fill the memory."""

    __slots__ = ("_open", "_refused", "_vacant")

    def __init__(self, known: Iterable[OpenTransaction] = ()) -> None:
        self._open = tuple(known)
        self._vacant: frozenset[int] = frozenset()
        self._refused: frozenset[int] = frozenset()

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
        self._vacant -= {transaction.connector}
        everything = (*self._open, transaction)
        self._open = everything[-OPEN_MOST:]
        return tuple(old.transaction_id for old in everything[:-OPEN_MOST])

    def close(self, transaction_id: int) -> None:
        self._open = tuple(known for known in self._open if known.transaction_id != transaction_id)

    def seen(self, connector: int, *, vacant: bool) -> None:
        """A connector's state: what runs at a vacant one is over, though its end has not come."""
        now_vacant = self._vacant | {connector} if vacant else self._vacant - {connector}
        self._vacant = now_vacant & {known.connector for known in self._open}

    def running(self) -> dict[int, OpenTransaction]:
        """What most likely runs now, by connector: the newest that was let run, and nothing at a vacant one."""
        return {
            known.connector: known
            for known in self._open
            if known.connector not in self._vacant and known.transaction_id not in self._refused
        }

    def judged(self, transaction_id: int, *, refused: bool) -> None:
        """Whether its start was refused: its end is still to come, and proves nothing of its tag."""
        now_refused = self._refused | {transaction_id} if refused else self._refused - {transaction_id}
        self._refused = now_refused & {known.transaction_id for known in self._open}

    def started_by(self, transaction_id: int) -> str | None:
        """The tag with which a transaction began that was let run; None: not known."""
        known = self.find(transaction_id)
        return None if known is None or transaction_id in self._refused else known.tag

    def note(self, transaction_id: int, seq: int) -> None:
        """The event of this start is durable as ``seq``."""
        self._open = tuple(
            replace(known, seq=seq) if known.transaction_id == transaction_id else known for known in self._open
        )

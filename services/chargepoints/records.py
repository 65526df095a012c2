"""Services: a charge point's records: what it is set to, holds and does, each a small document below its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from model import paths
from model.charge_point_records import RECORDS, Record
from model.documents import from_document, to_document
from model.store.port import Store, Transaction
from services.ports import Clock

R = TypeVar("R", bound=Record)


class Records:
    """Reads and changes records. ``name`` is one of :data:`model.charge_point_records.RECORDS`, ``kind`` its noun.

    The charge point itself is not looked at: callers know that it is known.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, charge_point_id: str, name: str, kind: type[R]) -> R:
        """A record (1 read); an empty one if nothing was written yet."""
        document = self._store.get(paths.charge_point_record(charge_point_id, name))
        return kind() if document is None else from_document(kind, document.data)

    def all(self, charge_point_id: str) -> dict[str, Record]:
        """Every record by name, the empty ones too, as of one look (one read each)."""
        found = self._store.get_many(paths.charge_point_record(charge_point_id, name) for name in RECORDS)
        return {
            name: kind() if document is None else from_document(kind, document.data)
            for (name, kind), document in zip(RECORDS.items(), found, strict=True)
        }

    def change(self, charge_point_id: str, name: str, kind: type[R], change: Callable[[R], R]) -> R:
        """Replace a record by what ``change`` makes of it, in one transaction; it may be called several times.

        ``updated_at`` is set here. A change that changes nothing writes nothing.
        """
        path = paths.charge_point_record(charge_point_id, name)

        def write(transaction: Transaction) -> R:
            document = transaction.get(path)
            before = kind() if document is None else from_document(kind, document.data)
            after = change(before)
            if after == before:
                return before
            stamped = replace(after, updated_at=self._clock.now())
            transaction.put(path, to_document(stamped))
            return stamped

        return self._store.transact(write)

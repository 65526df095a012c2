"""What lies in a store: documents and bytes by collection, as Firestore bills them."""

from dataclasses import dataclass

from model import paths
from model.store.port import Store
from model.store.query import Query
from model.store.values import check_document

COLLECTIONS = (
    paths.LOCATIONS, paths.DECISIONS, paths.SESSIONS, paths.USERS, paths.NAMES, paths.TOKENS, paths.TAGS,
    paths.CHARGE_POINTS, paths.BRIDGES, paths.IDEMPOTENCY, paths.LOCKOUTS, paths.NOTED, paths.UNITS,
)  # fmt: skip
NESTED = frozenset({paths.DECISIONS, paths.SESSIONS})
PAGE = 100_000
BODY = "body"
ENTRY_BYTES = 48
"""Of an index entry beside the document's name and the value: 32 fixed, and what the parent and the field add."""
ENTRIES_A_FIELD = 2
"""Firestore keeps an ascending and a descending entry of each field, unless it is exempt."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Documents of one collection. ``indexed_bytes`` is the most that automatic indexes add."""

    documents: int = 0
    stored_bytes: int = 0
    indexed_bytes: int = 0

    def __sub__(self, other: "Heap") -> "Heap":
        return Heap(
            self.documents - other.documents,
            self.stored_bytes - other.stored_bytes,
            self.indexed_bytes - other.indexed_bytes,
        )


def census(store: Store) -> dict[str, Heap]:
    """Every collection. Fields named ``body`` are exempt from indexing."""
    found = {}
    for collection in COLLECTIONS:
        documents = store.query(Query(collection, group=collection in NESTED, limit=PAGE))
        sizes = [check_document(one.path, one.data).size_bytes for one in documents]
        entries = [ENTRIES_A_FIELD * len(one.data.keys() - {BODY}) * (len(one.path) + ENTRY_BYTES) for one in documents]
        found[collection] = Heap(len(documents), sum(sizes), sum(entries))
    return found

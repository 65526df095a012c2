"""Stores to fill and to empty: an import must do the same on each of them."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore

KINDS = ("firestore", "memory", "sqlite")
EVERY_TYPE: dict[str, object] = {
    "null": None,
    "true": True,
    "one": 1,
    "one_point": 1.0,
    "minus_nought": -0.0,
    "tiny": 5e-324,
    "large": 2**63 - 1,
    "text": 'é \U0001f50b \u2028 \x01 "\\',
    "bytes": bytes(range(256)),
    "empty_map": {},
    "empty_list": [],
    "list": [1, 1.0, {"b": [b""]}, None],
    "$bytes": "a name like a type",
    "deep": {"$map": {"$time": {}}},
}


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """An empty store of a kind."""
    made: list[Store] = []

    def new(kind: str) -> Store:
        if kind == "firestore":
            from model.store.firestore import FirestoreStore  # noqa: PLC0415 -- loads Google's client

            request.getfixturevalue("firestore_host")
            made.append(FirestoreStore(f"test-{uuid.uuid4().hex[:12]}"))
        elif kind == "sqlite":
            made.append(SqliteStore(tmp_path / f"{len(made)}.db"))
        else:
            made.append(MemoryStore())
        return made[-1]

    yield new
    for store in made:
        store.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, make: Callable[[str], Store]) -> Store:
    return make(request.param)

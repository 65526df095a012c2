"""The store contract runs on every adapter named here; a new adapter adds one line."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.store.firestore import FirestoreStore
from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore

ADAPTERS: dict[str, Callable[[Path], Store]] = {
    "firestore": lambda _: FirestoreStore(f"test-{uuid.uuid4().hex[:12]}"),
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(folder / "store.db"),
}


@pytest.fixture(params=sorted(ADAPTERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "firestore":
        request.getfixturevalue("firestore_host")
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened

"""The store contract runs on every adapter named here; a new adapter adds one line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore

ADAPTERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(folder / "store.db"),
}


@pytest.fixture(params=sorted(ADAPTERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened

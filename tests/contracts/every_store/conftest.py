"""Every store there is, opened empty and with the indexes of the back end."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from services.indexes import INDEXES
from tests.fakes.charging_hour import begun
from tests.fakes.site_world import World

Opener = Callable[[str], Store]


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """``opened("sqlite")``: a store of this kind, to be closed by its user."""

    def open_store(kind: str) -> Store:
        if kind == "firestore":
            from model.store.firestore import FirestoreStore  # noqa: PLC0415 -- loads Google's client

            request.getfixturevalue("firestore_host")
            return FirestoreStore(f"test-{uuid.uuid4().hex[:12]}")
        if kind == "sqlite":
            return SqliteStore(tmp_path / f"{uuid.uuid4().hex}.db", indexes=INDEXES)
        return MemoryStore()

    return open_store


@pytest.fixture(params=["memory", "sqlite", "firestore"])
def store(request: pytest.FixtureRequest, opened: Opener) -> Iterator[Store]:
    with opened(request.param) as store:
        yield store


@pytest.fixture
def busy(store: Store) -> World:
    """A yard with a session that charges."""
    world = World(inner=store)
    begun(world)
    return world

"""Every store there is, with a session that charges."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from services.indexes import INDEXES
from tests.fakes.charging_hour import begun
from tests.fakes.site_world import World


@pytest.fixture(params=["firestore", "memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "firestore":
        from model.store.firestore import FirestoreStore  # noqa: PLC0415 -- loads Google's client

        request.getfixturevalue("firestore_host")
        opened: Store = FirestoreStore(f"test-{uuid.uuid4().hex[:12]}")
    elif request.param == "sqlite":
        opened = SqliteStore(tmp_path / "store.db", indexes=INDEXES)
    else:
        opened = MemoryStore()
    with opened:
        yield opened


@pytest.fixture
def yard(store: Store) -> World:
    world = World(inner=store)
    begun(world)
    return world

"""The table of `documents` once more, on Firestore: documents counted in the gRPC messages to the official emulator."""

import os
import tempfile
import time
from pathlib import Path

from model.store.open import open_store
from services.indexes import INDEXES
from tests.bench.backend import serving_on
from tests.bench.budgets import Cost, Size
from tests.bench.documents import MORNING, measured, sizes_of, tabled
from tests.emulators.emulator import firestore_emulator
from tests.emulators.firestore_proxy import FirestoreProxy
from tests.fakes.clock import FakeClock

WAITING = (5, 500)
OLD = (10, 10_000)
"""Fewer than on SQLite: filling the emulator is what takes the time, and what is counted is flat."""
HOST = "FIRESTORE_EMULATOR_HOST"


def run() -> list[str]:
    """Print the table; what is beyond."""
    with (
        tempfile.TemporaryDirectory() as folder,
        firestore_emulator(Path(folder)) as emulator,
        FirestoreProxy(emulator.host) as proxy,
    ):
        costs = {}
        for size in sizes_of(WAITING, OLD):
            started = time.monotonic()
            costs[size] = on_firestore(size, proxy, f"bench-{size.waiting}-{size.old}")
            print(f"{size} took {time.monotonic() - started:.0f} s", flush=True)
        return tabled(costs)


def on_firestore(size: Size, proxy: FirestoreProxy, project: str) -> dict[str, Cost]:
    """What each kind costs at one size, in an empty project."""
    before = os.environ.get(HOST)
    os.environ[HOST] = proxy.host
    try:
        store = open_store(f"firestore:{project}", indexes=INDEXES)
    finally:
        if before is None:
            del os.environ[HOST]
        else:
            os.environ[HOST] = before
    with serving_on(store, proxy.measure, FakeClock(MORNING)) as backend:
        return measured(backend, size)

"""Fixtures of the emulators: one of each per test process, started by the first test that wants it."""

import uuid
from collections.abc import Iterator

import pytest

from tests.emulators.emulator import Emulator, firestore_emulator, pubsub_emulator


@pytest.fixture(scope="session")
def firestore_emulator_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with firestore_emulator(tmp_path_factory.mktemp("firestore")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def pubsub_emulator_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with pubsub_emulator(tmp_path_factory.mktemp("pubsub")) as emulator:
        yield emulator


@pytest.fixture
def firestore_host(firestore_emulator_running: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the Firestore emulator listens; the clients of this process find it too."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_emulator_running.host)
    return firestore_emulator_running.host


@pytest.fixture
def pubsub_host(pubsub_emulator_running: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """As ``firestore_host``."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_emulator_running.host)
    return pubsub_emulator_running.host


@pytest.fixture
def project() -> str:
    """A project of Google Cloud that nothing else has touched."""
    return f"test-{uuid.uuid4().hex[:12]}"

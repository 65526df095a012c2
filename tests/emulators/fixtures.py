"""Fixtures of the emulators: one of each per run, shared by its processes; each test has a project of its own."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.emulator import Emulator, firestore_emulator, pubsub_emulator

EMULATORS: dict[str, Callable[[Path], Emulator]] = {"firestore": firestore_emulator, "pubsub": pubsub_emulator}
_RUNNING = pytest.StashKey[ExitStack]()
_HOSTS = pytest.StashKey[dict[str, str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Several processes will test: start one of each for all. Where one is lacking, its tests say so themselves."""
    config.stash[_RUNNING] = running = ExitStack()
    folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
    config.stash[_HOSTS] = hosts = {}
    for name, make in EMULATORS.items():
        try:
            emulator = make(folder)
        except (pytest.skip.Exception, pytest.fail.Exception):
            continue
        hosts[name] = running.enter_context(emulator).host


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process where they are."""
    node.workerinput["emulators"] = node.config.stash[_HOSTS]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started for all."""
    if _RUNNING in config.stash:
        config.stash[_RUNNING].close()


@pytest.fixture(scope="session")
def firestore_running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from _running("firestore", request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def pubsub_running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from _running("pubsub", request.config, tmp_path_factory)


def _running(name: str, config: pytest.Config, folders: pytest.TempPathFactory) -> Iterator[str]:
    """Its host: the shared one's, or that of one started now by a process that tests alone."""
    shared: dict[str, str] = getattr(config, "workerinput", {}).get("emulators", {})
    if name in shared:
        yield shared[name]
        return
    with EMULATORS[name](folders.mktemp(name)) as emulator:
        yield emulator.host


@pytest.fixture
def firestore_host(firestore_running: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the Firestore emulator listens; the clients of this process find it too."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_running)
    return firestore_running


@pytest.fixture
def pubsub_host(pubsub_running: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """As ``firestore_host``."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_running)
    return pubsub_running


@pytest.fixture
def project() -> str:
    """A project of Google Cloud that nothing else has touched."""
    return f"test-{uuid.uuid4().hex[:12]}"

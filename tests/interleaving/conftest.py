"""Interleaving tests print how many points they ran, at the end of the run."""

import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from model.store.firestore import FirestoreStore
from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from model.store.transact import Retry

PROPERTY = "interleaving"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the file system without a disk, where there is one


@pytest.fixture(params=["firestore", "memory", "sqlite"])
def make_inner(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Retry], Store]:
    """Makes an empty store of the adapter under test; a lock of this process that is taken is told at once."""
    numbers = count()
    if request.param == "firestore":
        request.getfixturevalue("firestore_host")
        project = request.getfixturevalue("project")

    def make(retry: Retry) -> Store:
        if request.param == "firestore":
            return FirestoreStore(f"{project}-{next(numbers)}", retry=retry, turn_s=0)
        if request.param == "memory":
            return MemoryStore(retry)
        return SqliteStore(tmp_path / f"{next(numbers)}.db", busy_timeout_s=0, retry=retry)

    return make


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """Where a flush costs nothing, if there is such a place: thousands of points wait for one each."""
    if not IN_MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="kilowait-", dir=IN_MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def points_line(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Call it with one line about a pair of requests; the run's summary shows it."""
    return lambda line: record_property(PROPERTY, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Reports carry their properties from pytest-xdist's workers too.
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, [])]
    lines = [
        f"{value}   [{report.nodeid.rpartition('::')[2]}]"
        for report in reports
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if lines:
        terminalreporter.section("interleavings")
        for line in lines:
            terminalreporter.write_line(line)

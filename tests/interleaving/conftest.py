"""Interleaving tests print how many points they ran, at the end of the run."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from model.store.transact import Retry

PROPERTY = "interleaving"


@pytest.fixture(params=["memory", "sqlite"])
def make_inner(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Retry], Store]:
    """Makes an empty store of the adapter under test; SQLite answers at once when it is locked."""
    numbers = count()

    def make(retry: Retry) -> Store:
        if request.param == "memory":
            return MemoryStore(retry)
        return SqliteStore(tmp_path / f"{next(numbers)}.db", busy_timeout_s=0, retry=retry)

    return make


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

"""The table of what must be booked exactly once is complete, and the tests it names are there."""

import re
from pathlib import Path

import pytest

from tests.contracts.bridge.situations.exactly_once import EXACTLY_ONCE

ROOT = Path(__file__).parents[4]
SHOWN = {test for shown in EXACTLY_ONCE.values() for tests in shown for test in tests}
WANTED = {
    "original timestamps", "replay out of order", "duplicates", "ids -1, 0 and unknown", "started offline",
    "late values after the end", "ghost sessions", "meter resets within and between", "kill -9 of bridge, API, both",
    "disk full", "clock steps of the charge point", "clock steps of the bridge",
    "charges one after another without unplugging",
}  # fmt: skip
BY_THE_BRIDGE, BY_ALL = ("tests/contracts/bridge/",), ("tests/e2e/", "tests/unit/scheduling/")


def test_every_case_is_shown_on_the_wire_and_at_the_api() -> None:
    assert set(EXACTLY_ONCE) == WANTED
    for shown in EXACTLY_ONCE.values():
        assert shown.on_the_wire
        assert all(test.startswith(BY_THE_BRIDGE) for test in shown.on_the_wire)
        assert any(test.startswith("tests/e2e/") for test in shown.at_the_api)
        assert all(test.startswith(BY_ALL) for test in shown.at_the_api)


@pytest.mark.parametrize("test", sorted(SHOWN))
def test_the_test_that_shows_it_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), test


def test_every_test_of_the_whole_system_stands_in_the_table() -> None:
    path = "tests/e2e/test_exactly_once.py"
    names = re.findall(r"^def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
    assert {f"{path}::{name}" for name in names} <= SHOWN

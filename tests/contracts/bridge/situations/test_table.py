"""The table of situations is complete and names tests that are there; each test named after one stands in it."""

import re
from pathlib import Path

import pytest

from tests.contracts.bridge.situations.table import LATER, POWER, SITUATIONS

ROOT = Path(__file__).parents[4]
SHOWN = {test for _, tests in SITUATIONS.values() for test in tests if test not in {LATER, POWER}}
ONLY_2X = {17, 26, 27, 28, 42}


def test_every_situation_stands_in_the_table() -> None:
    assert list(SITUATIONS) == list(range(1, 45))
    assert {number for number, (_, tests) in SITUATIONS.items() if tests == (LATER,)} == ONLY_2X
    assert all(tests for _, tests in SITUATIONS.values())


@pytest.mark.parametrize("test", sorted(SHOWN))
def test_the_test_that_shows_it_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), test


def test_no_test_is_named_after_a_situation_without_showing_it() -> None:
    files = [*Path(__file__).parent.glob("test_*.py"), ROOT / "tests/e2e/test_situations.py"]
    named = {
        f"{path.relative_to(ROOT)}::{name}"
        for path in files
        for name in re.findall(r"^def (test_\d\d_\w+)", path.read_text(), re.MULTILINE)
    }
    assert named == {test for test in SHOWN if re.search(r"::test_\d\d_", test)}
    for test in named:
        number = int(test.partition("::test_")[2][:2])
        assert test in SITUATIONS[number][1]

"""The table of cases names tests that are there, and every test of this folder stands in it."""

import re
from pathlib import Path

import pytest

from ocpp_bridge.ocpp16.actions import ACTIONS
from tests.e2e.conformance16.table import CASES

ROOT = Path(__file__).parents[3]
SHOWN = [test for tests in CASES.values() for test in tests]


@pytest.mark.parametrize("test", SHOWN)
def test_the_test_that_shows_a_case_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), test


def test_every_test_of_a_case_stands_in_the_table_once() -> None:
    files = [path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    written = {
        f"{path.relative_to(ROOT)}::{name}"
        for path in files
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(SHOWN) == len(set(SHOWN))
    assert written == {test for test in SHOWN if test.startswith("tests/e2e/conformance16/")}


def test_every_operation_of_ocpp_16_is_in_a_case() -> None:
    files = [path for path in Path(__file__).parent.glob("*.py") if path.name not in {"table.py", "test_table.py"}]
    text = "".join(path.read_text() for path in files) + (ROOT / "tests/e2e/box.py").read_text()
    missing = [action for action in ACTIONS if f'"{action}"' not in text]
    assert missing == []

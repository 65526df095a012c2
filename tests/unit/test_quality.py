"""docs/quality.yaml is true: every requirement row stands once, and none is done without a test."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LAST_ROW = {"A": 15, "B": 9, "C": 10, "D": 4, "E": 3, "F": 11, "G": 8, "H": 5, "I": 7}
ROW_IDS = {f"{letter}{number}" for letter, last in LAST_ROW.items() for number in range(1, last + 1)}
KEYS = {
    "todo": {"title", "status"},
    "done": {"title", "status", "tests"},
    "exempt": {"title", "status", "reason"},
}


class RepeatedRow(ValueError):
    """A row stands in the file twice; plain YAML would keep the last one without a word."""


class _OnceLoader(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise RepeatedRow(", ".join(sorted(repeated)))
        return super().construct_mapping(node, deep)


def read_rows(text: str) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = yaml.load(text, _OnceLoader)  # noqa: S506 -- a SafeLoader, stricter
    return rows


def names_in(path: Path) -> set[str]:
    """``test_x``, ``TestX::test_y``, and ``TestX`` where a state machine's TestCase is given that name."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found |= {
                f"{node.name}::{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test")
            }
        elif isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name) and each.id.startswith("Test")}
    return found


def faults(rows: dict[str, dict[str, Any]], root: Path) -> list[str]:
    """One sentence for everything in the file that is not so."""
    found = [f"{row}: no such requirement" for row in sorted(rows.keys() - ROW_IDS)]
    found += [f"{row}: missing" for row in sorted(ROW_IDS - rows.keys())]
    for row, entry in rows.items():
        status = entry.get("status")
        if status not in KEYS:
            found.append(f"{row}: unknown status {status}")
            continue
        if set(entry) != KEYS[status]:
            found.append(f"{row}: {status} has {sorted(entry)}, wants {sorted(KEYS[status])}")
            continue
        if status == "exempt" and len(str(entry["reason"]).split()) < 3:
            found.append(f"{row}: exempt for which reason?")
        if status == "done":
            if not entry["tests"]:
                found.append(f"{row}: done by no test")
            found += [f"{row}: {fault}" for test in entry["tests"] or [] if (fault := missing(test, root))]
    return found


def missing(test: str, root: Path) -> str:
    path, _, name = test.partition("::")
    if not path.startswith("tests/") or not (root / path).is_file():
        return f"no test file {path}"
    return "" if name in names_in(root / path) else f"no test {name} in {path}"


def test_the_quality_file_is_true() -> None:
    rows = read_rows((ROOT / "docs/quality.yaml").read_text("utf-8"))
    assert faults(rows, ROOT) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"title": "t", "status": "done", "tests": []}, "A1: done by no test"),
        (
            {"title": "t", "status": "done"},
            "A1: done has ['status', 'title'], wants ['status', 'tests', 'title']",
        ),
        (
            {"title": "t", "status": "done", "tests": ["tests/gone.py::test_x"]},
            "A1: no test file tests/gone.py",
        ),
        (
            {"title": "t", "status": "done", "tests": ["tests/unit/test_quality.py::test_gone"]},
            "A1: no test test_gone in tests/unit/test_quality.py",
        ),
        (
            {"title": "t", "status": "done", "tests": ["tests/unit/test_quality.py"]},
            "A1: no test  in tests/unit",
        ),
        ({"title": "t", "status": "exempt", "reason": "no"}, "A1: exempt for which reason?"),
        ({"title": "t", "status": "almost"}, "A1: unknown status almost"),
    ],
)
def test_an_untrue_row_is_told(entry: dict[str, Any], fault: str) -> None:
    rows = {row: {"title": "t", "status": "todo"} for row in ROW_IDS} | {"A1": entry}
    (told,) = faults(rows, ROOT)
    assert told.startswith(fault)


def test_an_unknown_row_and_a_missing_one_are_told() -> None:
    rows = {row: {"title": "t", "status": "todo"} for row in (ROW_IDS - {"I7"}) | {"Z1"}}
    assert faults(rows, ROOT) == ["Z1: no such requirement", "I7: missing"]


def test_a_row_that_stands_twice_is_refused() -> None:
    with pytest.raises(RepeatedRow, match="A1"):
        read_rows("A1: {status: todo}\nA1: {status: done}\n")


def test_a_test_that_exists_is_found() -> None:
    here = "tests/unit/test_quality.py::test_the_quality_file_is_true"
    entry = {"title": "t", "status": "done", "tests": [here]}
    rows = {row: {"title": "t", "status": "todo"} for row in ROW_IDS} | {"A1": entry}
    assert faults(rows, ROOT) == []

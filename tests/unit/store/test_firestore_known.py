"""Who knows `google.cloud.firestore`: the store's Firestore files and one of the simulator's, no other.

Import-linter sees no finer than `google`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = (
    "api", "deploy", "docs", "functions", "model", "ocpp_bridge", "scheduling", "services", "simulator", "standalone",
    "wire",
)  # fmt: skip
CLIENTS = ("google.cloud.firestore", "google.cloud.firestore_v1", "google.cloud.firestore_admin_v1")


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def knows_firestore(source: str) -> bool:
    return any(f"{name}.".startswith(f"{client}.") for name in imported(source) for client in CLIENTS)


@pytest.mark.parametrize(
    ("source", "knows"),
    [
        ("from google.cloud import firestore", True),
        ("import google.cloud.firestore_v1.types as t", True),
        ("def f():\n    from google.cloud.firestore import Client", True),
        ("from google.cloud.pubsub_v1 import PublisherClient", False),
        ("from model.store.firestore import FirestoreStore", False),
    ],
)
def test_an_import_is_seen_wherever_it_stands(source: str, knows: bool) -> None:
    assert knows_firestore(source) is knows


def test_only_the_files_of_two_stores_know_firestore() -> None:
    files = [ROOT / "main.py", *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
    knowing = {file.relative_to(ROOT).as_posix() for file in files if knows_firestore(file.read_text("utf-8"))}
    assert len(knowing) >= 4
    others = {name for name in knowing if not name.startswith("model/store/firestore_")}
    assert others == {"simulator/memory/firestore.py"}

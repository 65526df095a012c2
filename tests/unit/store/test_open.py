"""A store from its address."""

import subprocess
import sys
from pathlib import Path

import pytest

from model.store.errors import InvalidStoreUrl, ServerlessStoreRefused
from model.store.indexes import Index
from model.store.memory import MemoryStore
from model.store.open import open_store
from model.store.port import Filter, Query
from model.store.sqlite import SqliteStore


def test_three_slashes_are_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store("sqlite:///kilowait.db", environ={}) as store:
        assert isinstance(store, SqliteStore)
        assert store.file == tmp_path / "kilowait.db"


def test_four_slashes_are_absolute_and_indexes_are_passed_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kilowait.db"
    assert url.startswith("sqlite:////")
    with open_store(url, indexes=[Index("items", "n", group=True)], environ={}) as store:
        assert isinstance(store, SqliteStore)
        assert store.file == tmp_path / "kilowait.db"
        (step,) = store.explain(Query("items", (Filter("n", "==", 1),), group=True))
        assert step.startswith("SEARCH")


def test_memory_opens_a_store_of_its_own_each_time() -> None:
    with open_store("memory:", environ={}) as one, open_store("memory:", environ={}) as other:
        assert isinstance(one, MemoryStore)
        one.put("a/b", {})
        assert other.get("a/b") is None


@pytest.mark.parametrize("variable", ["", "GAE_ENV", "K_SERVICE"])
def test_firestore_opens_everywhere_and_connects_to_nothing_yet(variable: str) -> None:
    with open_store("firestore:my-project", environ={variable: "standard"}) as store:
        assert type(store).__name__ == "FirestoreStore"


def test_a_store_on_one_machine_does_without_googles_libraries() -> None:
    code = "import sys, model.store.open as o; o.open_store('memory:', environ={}); sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:",
        "sqlite://x",
        "sqlite:///",
        "memory",
        "memory:x",
        "firestore:",
        "firestore:a/b",
        "firestore:No",
        "postgres://x",
        "x.db",
    ],
)
def test_any_other_address_is_refused_with_those_there_are(url: str) -> None:
    with pytest.raises(InvalidStoreUrl, match="use sqlite:///relative"):
        open_store(url, environ={})


@pytest.mark.parametrize("variable", ["GAE_ENV", "K_SERVICE"])
@pytest.mark.parametrize("url", ["sqlite:///kilowait.db", "memory:"])
def test_a_local_store_refuses_to_start_serverless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, variable: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ServerlessStoreRefused, match=f"{variable} is set"):
        open_store(url, environ={variable: "standard"})
    monkeypatch.setenv(variable, "standard")
    with pytest.raises(ServerlessStoreRefused):
        open_store(url)
    assert list(tmp_path.iterdir()) == []

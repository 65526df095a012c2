"""Writes go in transactions that every store takes: 200 documents or 4 MiB at most."""

from pathlib import Path

from model.store.counting import CountingStore
from model.store.memory import MemoryStore
from services.transfer.exporting import export
from services.transfer.importing import import_file


def silent(_count: int) -> None:
    """Nobody watches."""


def transactions(tmp_path: Path, documents: int, size: int) -> int:
    source, there = MemoryStore(), CountingStore(MemoryStore())
    for number in range(documents):
        source.put(f"users/{number}", {"t": "x" * size})
    export(source, tmp_path / "file", silent)
    import_file(there, tmp_path / "file", silent)
    export(there, tmp_path / "again", silent)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "file").read_bytes()
    return there.total.commits


def test_small_documents_go_200_at_a_time(tmp_path: Path) -> None:
    assert transactions(tmp_path, 401, 1) == 3


def test_large_documents_go_in_4_mib_at_a_time(tmp_path: Path) -> None:
    assert transactions(tmp_path, 30, 1_000_000) == 8

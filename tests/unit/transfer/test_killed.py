"""An import whose process is killed is run again and ends as if nothing had been; meanwhile nobody serves the store."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.store.memory import MemoryStore
from model.store.sqlite import SqliteStore
from services.transfer.everything import documents
from services.transfer.exporting import export
from services.transfer.importing import import_file
from services.transfer.mark import StoreHalfFilled, check_mark

ROOT = Path(__file__).parents[3]
DOCUMENTS = 1500
KILLS_ITSELF = """
import os, signal, sys
from pathlib import Path
from model.store.sqlite import SqliteStore
from services.transfer.importing import import_file

def killed(count):
    if count == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

import_file(SqliteStore(sys.argv[1]), Path(sys.argv[2]), killed)
"""


def silent(_count: int) -> None:
    """Nobody watches."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    source = MemoryStore()
    for number in range(DOCUMENTS):
        source.put(f"{'users' if number % 2 else 'locations/l/sessions'}/{number:04d}", {"n": number})
    export(source, tmp_path / "1.jsonl", silent)
    return tmp_path / "1.jsonl"


def run_until_killed(store: Path, file: Path, at: int) -> None:
    command = [sys.executable, "-c", KILLS_ITSELF, str(store), str(file), str(at)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def test_an_import_killed_three_times_ends_with_every_document(tmp_path: Path, file: Path) -> None:
    there = tmp_path / "there.db"
    held = []
    for at in (300, 1, 1200):
        run_until_killed(there, file, at)
        with SqliteStore(there) as store:
            held.append(sum(1 for _ in documents(store)))
            with pytest.raises(StoreHalfFilled, match="Run the same import again"):
                check_mark(store)
    assert held == [200, 200, 1200]
    with SqliteStore(there) as store:
        done = import_file(store, file, silent)
        assert (done.documents, done.written, done.deleted) == (DOCUMENTS, DOCUMENTS - 1200, 0)
        check_mark(store)
        export(store, tmp_path / "2.jsonl", silent)
    assert (tmp_path / "2.jsonl").read_bytes() == file.read_bytes()


def test_a_process_does_not_serve_a_store_that_is_half_filled(tmp_path: Path, file: Path) -> None:
    there = tmp_path / "there.db"
    run_until_killed(there, file, 300)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}
    variables["KILOWAIT_STORE"] = f"sqlite:///{there}"
    command = [sys.executable, "-c", "import main; main.app"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line == (
        "kilowait: An import into this store was begun and has not ended. "
        "Run the same import again; it goes on where it was."
    )

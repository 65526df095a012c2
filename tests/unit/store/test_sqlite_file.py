"""The SQLite store and its file: full, read-only, missing, foreign, damaged; flushed; private."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.store.errors import (
    CorruptDocument,
    NotAStore,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFolderMissing,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from model.store.port import Document, Query, Transaction
from model.store.sqlite import SqliteStore
from model.store.transact import Retry

HUNDRED_KB = b"x" * 100_000


def fill_until_refused(store: SqliteStore, error: type[StoreError]) -> int:
    """Write documents until `error`; return how many were acknowledged."""
    for number in range(2000):
        try:
            store.create(f"items/{number:04}", {"n": number, "body": HUNDRED_KB})
        except error:
            return number
    pytest.fail("the store was never refused")


def check_kept(store: SqliteStore, acknowledged: int) -> None:
    assert [one.data["n"] for one in store.query(Query("items"))] == list(range(acknowledged))


def test_a_full_file_says_so_keeps_what_was_acknowledged_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    with SqliteStore(tmp_path / "store.db", max_pages=100) as store:
        acknowledged = fill_until_refused(store, StoreFull)
        assert acknowledged > 3
        with pytest.raises(StoreFull, match=r"store\.db is full.*Free some space"):
            store.put("items/more", {"body": HUNDRED_KB})
        check_kept(store, acknowledged)
        store.delete("items/0000")
        store.put("items/0000", {"n": 0})
        check_kept(store, acknowledged)
    with SqliteStore(tmp_path / "store.db") as store:
        check_kept(store, acknowledged)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can be mounted by root only; the file's own bound is tested above")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_says_so_and_keeps_what_was_acknowledged(small_disk: Path) -> None:
    with SqliteStore(small_disk / "store.db") as store:
        acknowledged = fill_until_refused(store, StoreFull)
        assert acknowledged > 3
        check_kept(store, acknowledged)
        assert store.get("items/0000") is not None
    with SqliteStore(small_disk / "store.db") as store:
        check_kept(store, acknowledged)


def test_a_disk_already_full_says_so_on_opening(small_disk: Path) -> None:
    with (small_disk / "fill").open("wb") as fill, pytest.raises(OSError, match="No space"):
        fill.write(b"x" * 4_000_000)
    with pytest.raises(StoreFull):
        SqliteStore(small_disk / "store.db")


def test_a_disk_mounted_read_only_says_so(small_disk: Path) -> None:
    SqliteStore(small_disk / "store.db").close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreReadOnly):
        SqliteStore(small_disk / "store.db")
    with pytest.raises(StoreReadOnly):
        SqliteStore(small_disk / "new.db")


OPEN_AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from model.store.errors import StoreReadOnly
from model.store.sqlite import SqliteStore
if os.geteuid() == 0:  # root may write anything
    os.setuid(65534)
try:
    SqliteStore(sys.argv[2])
except StoreReadOnly as error:
    print(error)
"""


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_a_file_or_folder_without_write_permission_says_so(protected: str) -> None:
    # Not below tmp_path, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "store.db"
        with SqliteStore(file) as store:
            store.put("users/a", {})
        file.chmod(0o444 if protected == "file" else 0o666)
        folder.chmod(0o777 if protected == "file" else 0o555)
        answer = subprocess.run(
            [sys.executable, "-c", OPEN_AS_NOBODY, str(Path(__file__).parents[3]), str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        folder.chmod(0o755)
    assert "store.db or its folder is read-only" in answer.stdout, answer.stderr


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFolderMissing, match=r"folder .*/nowhere does not exist"):
        SqliteStore(tmp_path / "nowhere" / "store.db")


def test_a_folder_is_not_a_store(tmp_path: Path) -> None:
    with pytest.raises(NotAStore, match="it is a folder"):
        SqliteStore(tmp_path)


def test_a_file_of_something_else_is_left_untouched(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("dear diary " * 100)
    with pytest.raises(NotAStore, match="no SQLite database"):
        SqliteStore(file)
    assert file.read_text() == "dear diary " * 100


def test_the_database_of_another_program_is_left_untouched(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE documents (x)")
    database.commit()
    database.close()
    before = file.read_bytes()
    with pytest.raises(NotAStore, match="another program"):
        SqliteStore(file)
    assert file.read_bytes() == before


def test_a_file_of_a_later_layout_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    SqliteStore(file).close()
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(NotAStore, match="layout is number 99"):
        SqliteStore(file)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with SqliteStore(file) as store:
        for number in range(200):
            store.put(f"items/{number}", {"body": b"x" * 2000})
    page = 8192
    content = bytearray(file.read_bytes())
    content[page * 2 :] = os.urandom(len(content) - page * 2)
    file.write_bytes(content)
    with SqliteStore(file) as store, pytest.raises(StoreDamaged, match="restore a backup"):
        store.query(Query("items"))


@pytest.mark.parametrize("data", [b"\xc1", b"", b"\x01", b"\x81", "text", None])
def test_one_damaged_document_is_named_and_the_others_stay_readable(tmp_path: Path, data) -> None:
    file = tmp_path / "store.db"
    with SqliteStore(file) as store:
        store.put("items/a", {"n": 1})
        store.put("items/b", {"n": 2})
        database = sqlite3.connect(file, isolation_level=None)
        database.execute("UPDATE documents SET data = coalesce(?, 7) WHERE id = 'a'", (data,))
        database.close()
        with pytest.raises(CorruptDocument, match="items/a is damaged"):
            store.get("items/a")
        with pytest.raises(CorruptDocument):
            store.query(Query("items"))
        assert store.get("items/b") == Document("items/b", {"n": 2})


def test_every_connection_flushes_before_it_acknowledges(tmp_path: Path) -> None:
    found = []
    with SqliteStore(tmp_path / "store.db") as store:

        def look() -> None:
            names = ("journal_mode", "synchronous")
            with store._connections.using() as connection:  # noqa: SLF001 - a setting without other witness
                found.append([connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names])

        look()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [["wal", 2], ["wal", 2]]


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        store.put("users/a", {"secret": "x"})
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_writer_that_never_lets_go_makes_the_store_busy_but_readable(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    slept: list[float] = []
    retry = Retry(attempts=3, sleep=slept.append)
    with SqliteStore(file, busy_timeout_s=0, retry=retry) as store:
        store.put("users/a", {"n": 1})
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy) as caught:
            store.put("users/a", {"n": 2})
        assert (caught.value.attempts, len(slept)) == (3, 2)
        assert caught.value.retry_after_s >= 1
        assert store.get("users/a") == Document("users/a", {"n": 1})
        other.execute("ROLLBACK")
        other.close()
        store.put("users/a", {"n": 3})


def test_a_transaction_holds_the_write_lock_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    once = Retry(attempts=1)
    with SqliteStore(file) as one, SqliteStore(file, busy_timeout_s=0, retry=once) as other:

        def body(transaction: Transaction) -> None:
            transaction.get("users/a")
            with pytest.raises(StoreBusy):
                other.put("users/a", {"by": "other"})
            assert other.get("users/a") is None
            transaction.put("users/a", {"by": "one"})

        one.transact(body)
        assert other.get("users/a") == Document("users/a", {"by": "one"})


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    store.close()
    with pytest.raises(StoreUnavailable, match="has been closed"):
        store.get("users/a")


def test_a_relative_file_stays_the_same_after_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with SqliteStore("store.db") as store:
        store.put("users/a", {})
        monkeypatch.chdir("/")
        thread = threading.Thread(target=store.put, args=("users/b", {}))
        thread.start()
        thread.join()
        assert len(store.query(Query("users"))) == 2

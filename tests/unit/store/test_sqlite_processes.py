"""The SQLite store among processes: several at once, killed in mid-write, forked."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import warnings
from pathlib import Path

from model.store.errors import StoreUnavailable
from model.store.port import Document, Query, Transaction
from model.store.sqlite import SqliteStore

WRITER = str(Path(__file__).with_name("writer.py"))
KILLS = 12


def test_increments_of_four_processes_that_start_together_are_all_counted(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    command = [sys.executable, WRITER, "count", str(file), "60"]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    with SqliteStore(file) as store:
        assert store.get("counters/c") == Document("counters/c", {"n": 240})


def test_a_process_killed_in_mid_write_loses_nothing_acknowledged_and_leaves_no_half(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(KILLS):
        acknowledged = kill_while_writing(file, chance, acknowledged)
        database = sqlite3.connect(file)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
        with SqliteStore(file) as store:
            first, second = store.get_many(["pair/a", "pair/b"])
            assert first is not None
            assert second is not None
            assert first.data == second.data
            number = first.data["n"]
            # One transaction may have been committed and killed before it was acknowledged.
            assert acknowledged <= number <= acknowledged + 1
            assert len(store.query(Query("log"))) == number
            acknowledged = number
    assert acknowledged >= KILLS


def kill_while_writing(file: Path, chance: random.Random, before: int) -> int:
    """Kill a writer after some acknowledged writes and a moment; return the last acknowledged number."""
    with subprocess.Popen([sys.executable, WRITER, "pair", str(file)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        wanted = chance.randint(1, 60)
        lines = [process.stdout.readline() for _ in range(wanted)]
        # Anywhere within the next transaction, which takes about a millisecond.
        threading.Event().wait(chance.random() * 0.002)
        process.kill()
        lines += process.stdout.readlines()
    assert process.returncode == -9
    numbers = [int(line) for line in lines if line.endswith("\n")]
    assert numbers == list(range(before + 1, before + 1 + len(numbers)))
    assert len(numbers) >= wanted
    return numbers[-1]


def test_a_forked_child_uses_connections_of_its_own(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        store.put("users/parent", {"n": 1})
        child = fork_quietly()
        if child == 0:
            try:
                seen = store.get("users/parent")
                store.put("users/child", {"saw": seen is not None})
                store.close()
            finally:
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert store.get("users/child") == Document("users/child", {"saw": True})
        store.put("users/parent", {"n": 2})
    with SqliteStore(tmp_path / "store.db") as again:
        assert [one.data for one in again.query(Query("users"))] == [{"saw": True}, {"n": 2}]


def test_a_child_forked_in_the_middle_of_a_write_is_refused_and_the_parent_unharmed(tmp_path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()
    with SqliteStore(tmp_path / "store.db") as store:

        def body(transaction: Transaction) -> None:
            transaction.put("users/slow", {})
            inside.set()
            go_on.wait(30)

        writer = threading.Thread(target=store.transact, args=(body,))
        writer.start()
        assert inside.wait(30)
        child = fork_quietly()
        if child == 0:
            status = 1
            try:
                store.get("users/slow")
            except StoreUnavailable as error:
                status = 0 if "open the store in each process" in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        go_on.set()
        writer.join(30)
        assert [one.id for one in store.query(Query("users"))] == ["slow"]


def fork_quietly() -> int:
    # Python 3.12 and later warn of a fork beside threads; here it is the thing under test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def test_threads_that_end_leave_no_open_file_behind(tmp_path: Path) -> None:
    def open_files() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    with SqliteStore(tmp_path / "store.db") as store:
        store.put("users/a", {})
        before = open_files()
        for _ in range(20):
            thread = threading.Thread(target=store.get, args=("users/a",))
            thread.start()
            thread.join()
        assert open_files() <= before + 3
    assert open_files() < before

"""The memory as one SQLite file, held by one process at a time.

A change of state and the messages that go with it are one SQLite transaction. WAL with synchronous=NORMAL: only a
power cut of the whole machine may lose the last changes.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulator.memory.port import NOBODY, OPERATIONS_KEPT, Row, StateError

SCHEMA = """
CREATE TABLE IF NOT EXISTS charge_points (
    id TEXT PRIMARY KEY, settings BLOB NOT NULL, state BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS unsent (
    charge_point_id TEXT NOT NULL REFERENCES charge_points (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (charge_point_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (
    charge_point_id TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (charge_point_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS operations (
    charge_point_id TEXT NOT NULL, number INTEGER NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (charge_point_id, number)
) STRICT, WITHOUT ROWID;
"""
FORGETFUL = ":memory:"


class SqliteMemory:
    """``path`` is a file, or ``:memory:`` to forget at the end. One process at a time uses a file: the first holds it
    until it ends, however it ends. For one thread at a time.
    """

    def __init__(self, path: str = FORGETFUL) -> None:
        try:
            if path != FORGETFUL:
                # It holds the passwords that charge points send.
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"cannot open {Path(path).name}: {error}") from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            self._db.close()
            why = "another process uses it" if "locked" in str(error) else error
            raise StateError(f"cannot use {Path(path).name}: {why}") from error
        # The file is this process's alone, so its leases need not outlive it: id → (holder, until).
        self._leases: dict[str, tuple[str, float]] = {}

    def load(self) -> list[Row]:
        found = self._ask("SELECT id, settings, state FROM charge_points ORDER BY id")
        return [Row(one, settings, state, self._unsent(one)) for one, settings, state in found]

    def find(self, charge_point_id: str) -> Row | None:
        found = self._ask("SELECT settings, state FROM charge_points WHERE id = ?", charge_point_id)
        if not found:
            return None
        settings, state = found[0]
        return Row(charge_point_id, settings, state, self._unsent(charge_point_id))

    def _unsent(self, charge_point_id: str) -> list[bytes]:
        found = self._ask("SELECT message FROM unsent WHERE charge_point_id = ? ORDER BY seq", charge_point_id)
        return [message for (message,) in found]

    def save(
        self,
        charge_point_id: str,
        settings: bytes,
        state: bytes,
        *,
        added: Iterable[tuple[int, bytes]] = (),
        answered: Iterable[int] = (),
    ) -> None:
        with self._change() as db:
            db.execute(
                "INSERT INTO charge_points (id, settings, state) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, state = excluded.state",
                (charge_point_id, settings, state),
            )
            db.executemany(
                "INSERT INTO unsent (charge_point_id, seq, message) VALUES (?, ?, ?)",
                [(charge_point_id, seq, message) for seq, message in added],
            )
            db.executemany(
                "DELETE FROM unsent WHERE charge_point_id = ? AND seq = ?",
                [(charge_point_id, seq) for seq in answered],
            )

    def delete(self, charge_point_id: str) -> None:
        with self._change() as db:
            db.execute("DELETE FROM charge_points WHERE id = ?", (charge_point_id,))
            db.execute("DELETE FROM notes WHERE charge_point_id = ?", (charge_point_id,))
            db.execute("DELETE FROM operations WHERE charge_point_id = ?", (charge_point_id,))

    def note(self, charge_point_id: str, name: str) -> bytes | None:
        found = self._ask("SELECT content FROM notes WHERE charge_point_id = ? AND name = ?", charge_point_id, name)
        return bytes(found[0][0]) if found else None

    def take_note(self, charge_point_id: str, name: str, content: bytes | None) -> None:
        with self._change() as db:
            if content is None:
                db.execute("DELETE FROM notes WHERE charge_point_id = ? AND name = ?", (charge_point_id, name))
            else:
                db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (charge_point_id, name, content))

    def keep_operation(
        self, charge_point_id: str, number: int, document: bytes, *, kept: int = OPERATIONS_KEPT
    ) -> None:
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO operations VALUES (?, ?, ?)", (charge_point_id, number, document))
            if number > kept:
                db.execute(
                    "DELETE FROM operations WHERE charge_point_id = ?1 AND number < (SELECT number FROM operations"
                    " WHERE charge_point_id = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                    (charge_point_id, kept - 1),
                )

    def operation(self, charge_point_id: str, number: int) -> bytes | None:
        found = self._ask(
            "SELECT document FROM operations WHERE charge_point_id = ? AND number = ?", charge_point_id, number
        )
        return bytes(found[0][0]) if found else None

    def operations(
        self, charge_point_id: str, *, before: int | None = None, limit: int = 50
    ) -> list[tuple[int, bytes]]:
        query = (
            "SELECT number, document FROM operations WHERE charge_point_id = ? AND number < ?"
            " ORDER BY number DESC LIMIT ?"
        )
        return self._ask(query, charge_point_id, before if before is not None else 2**62, limit)

    def lease(self, charge_point_id: str, holder: str, for_s: float) -> bool:
        now = time.monotonic()
        has, until = self._leases.get(charge_point_id, (holder, now))
        if has != holder and until > now:
            return False
        self._leases[charge_point_id] = (holder, now + for_s)
        return True

    def give_back(self, charge_point_id: str, holder: str) -> None:
        if self._leases.get(charge_point_id, (NOBODY, 0.0))[0] == holder:
            del self._leases[charge_point_id]

    def close(self) -> None:
        self._db.close()

    def _ask(self, query: str, *values: Any) -> list[Any]:
        try:
            return self._db.execute(query, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise StateError(f"cannot read: {error}") from error

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                # SQLite rolls back by itself when the disk is full.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StateError(f"cannot write: {error}") from error

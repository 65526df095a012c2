"""The simulator's memory: one SQLite file with every charge point and its queue of unsent messages, as opaque
bytes.

It survives the end of the process at any instant (``kill -9``): a change of state and the messages that go
with it are one SQLite transaction. WAL with synchronous=NORMAL: only a power cut of the whole machine may
lose the last changes.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS charge_points (
    id TEXT PRIMARY KEY, settings BLOB NOT NULL, state BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS unsent (
    charge_point_id TEXT NOT NULL REFERENCES charge_points (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (charge_point_id, seq)
) STRICT, WITHOUT ROWID;
"""
FORGETFUL = ":memory:"


@dataclass(frozen=True, slots=True)
class Row:
    """One charge point as it was saved last; ``unsent`` in the order of ``seq``."""

    charge_point_id: str
    settings: bytes
    state: bytes
    unsent: list[bytes]


class StateFileError(Exception):
    """The file cannot be opened, read or written, or is none of ours; the text says which and why."""


class Store:
    """``path`` is a file, or ``:memory:`` to forget at the end. One process at a time uses a file: the first
    holds it until it ends, however it ends.
    """

    def __init__(self, path: str = FORGETFUL) -> None:
        try:
            if path != FORGETFUL:
                # It holds the passwords that charge points send.
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2)
        except (OSError, sqlite3.Error) as error:
            raise StateFileError(f"cannot open {Path(path).name}: {error}") from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            self._db.close()
            raise StateFileError(f"cannot use {Path(path).name}: {error}") from error

    def load(self) -> list[Row]:
        """Every charge point, by id. Raises :class:`StateFileError`."""
        try:
            found = self._db.execute("SELECT id, settings, state FROM charge_points ORDER BY id").fetchall()
            return [Row(one, settings, state, self._unsent(one)) for one, settings, state in found]
        except sqlite3.Error as error:
            raise StateFileError(f"cannot read: {error}") from error

    def _unsent(self, charge_point_id: str) -> list[bytes]:
        query = "SELECT message FROM unsent WHERE charge_point_id = ? ORDER BY seq"
        return [message for (message,) in self._db.execute(query, (charge_point_id,)).fetchall()]

    def save(
        self,
        charge_point_id: str,
        settings: bytes,
        state: bytes,
        *,
        added: Iterable[tuple[int, bytes]] = (),
        answered: Iterable[int] = (),
    ) -> None:
        """One charge point, with the messages that became due (``seq``, message) and the ``seq`` of those
        done, at once. Raises :class:`StateFileError` and then has changed nothing.
        """
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
        """Forget a charge point and what it had still to send. Raises :class:`StateFileError`."""
        with self._change() as db:
            db.execute("DELETE FROM charge_points WHERE id = ?", (charge_point_id,))

    def close(self) -> None:
        self._db.close()

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
            raise StateFileError(f"cannot write: {error}") from error

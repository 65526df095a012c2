"""Model room: a SQLite database file made ready: found, checked, in WAL mode, with its schema."""

import errno
import os
import sqlite3
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from model.store.errors import (
    Contention,
    NotAStore,
    StoreFolderMissing,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from model.store.indexes import Index
from model.store.sqlite_errors import translate
from model.store.sqlite_query import index_columns

APPLICATION_ID = 0x4B696C6F
"""Marks the file as a Kilowait store in SQLite's header."""
SCHEMA = 1
"""The layout below; kept in `PRAGMA user_version`."""
PREPARE_S = 15.0
"""How long processes that start together wait for each other."""

TABLE = """
CREATE TABLE documents (
    collection TEXT NOT NULL,  -- locations/l/decisions
    id TEXT NOT NULL,
    name TEXT NOT NULL,        -- decisions, for queries of a group
    keys TEXT NOT NULL,        -- JSON: dotted field -> sort key (ordering.py)
    data BLOB NOT NULL,        -- MessagePack: the document itself
    PRIMARY KEY (collection, id)
)
"""


def connect(file: Path, busy_timeout_s: float, max_pages: int | None) -> sqlite3.Connection:
    """Return a connection that acknowledges only what is on disk. Raises `StoreUnavailable`s."""
    try:
        connection = sqlite3.connect(
            file,
            timeout=busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise translate(error, file) from error
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        if max_pages is not None:
            connection.execute(f"PRAGMA max_page_count = {int(max_pages)}")
    except sqlite3.Error as error:
        connection.close()
        raise translate(error, file) from error
    return connection


def prepare(file: Path, connection: sqlite3.Connection, indexes: Sequence[Index]) -> None:
    """Bring the file to this schema and make the missing indexes.

    Raises `NotAStore` before touching a file of somebody else, `StoreUnavailable`s otherwise.
    """
    deadline = time.monotonic() + PREPARE_S
    while True:
        try:
            _prepare_once(file, connection, indexes)
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.rollback()
            translated = translate(error, file)
            # Changing to WAL does not honour the busy timeout.
            if not isinstance(translated, Contention):
                raise translated from error
            if time.monotonic() > deadline:
                message = f"{file.name} stays locked by another process; nothing was changed."
                raise StoreUnavailable(message) from error
            time.sleep(0.05)
        else:
            return


def check_file(file: Path) -> None:
    """Make sure that the file exists (readable by its owner only) and can be written."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _unusable(file, error) from error
    if not os.access(file.parent, os.W_OK):
        # SQLite keeps its -wal and -shm files beside the database.
        raise StoreReadOnly(file.name)


def identity_of(file: Path) -> tuple[int, int] | None:
    """What tells this file from another of the same name; None: it is not there."""
    try:
        found = os.stat(file)  # noqa: PTH116 -- for every read and write: quicker than the path's own
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unusable(file: Path, error: OSError) -> StoreUnavailable:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return StoreFolderMissing(file.name, str(file.parent))
        case errno.EISDIR:
            return NotAStore(file.name, "it is a folder")
        case errno.EACCES | errno.EROFS | errno.EPERM:
            return StoreReadOnly(file.name)
        case errno.ENOSPC | errno.EDQUOT:
            return StoreFull(file.name)
        case _:
            return StoreUnavailable(f"{file.name} cannot be opened: {error.strerror}.")


def _prepare_once(file: Path, connection: sqlite3.Connection, indexes: Sequence[Index]) -> None:
    if _is_new(file, connection):
        _pragma(connection, "page_size = 8192")
    mode = _pragma(connection, "journal_mode = WAL")
    if mode != "wal":
        raise StoreUnavailable(
            f"{file.name} lies on a disk without shared memory (a network disk?); use a local one.",
        )
    wanted = {_index_name(index): index for index in indexes}
    if _pragma(connection, "user_version") == SCHEMA and not _missing(connection, wanted):
        return
    connection.execute("BEGIN IMMEDIATE")
    if _is_new(file, connection):
        connection.execute(TABLE)
        _pragma(connection, f"application_id = {APPLICATION_ID}")
        _pragma(connection, f"user_version = {SCHEMA}")
    for name in _missing(connection, wanted):
        columns, condition = index_columns(wanted[name])
        connection.execute(f"CREATE INDEX {name} ON documents ({columns}) WHERE {condition}")
    connection.execute("COMMIT")


def _is_new(file: Path, connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables == 0:
        return True
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise NotAStore(file.name, "it is another program's database")
    version = _pragma(connection, "user_version")
    if version != SCHEMA:
        raise NotAStore(file.name, f"its layout is number {version}, this version knows {SCHEMA}")
    return False


def _missing(connection: sqlite3.Connection, wanted: dict[str, Index]) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
    there = {name for (name,) in rows}
    return [name for name in wanted if name not in there]


def _index_name(index: Index) -> str:
    columns, condition = index_columns(index)
    return "documents_" + sha256(f"{columns} {condition}".encode()).hexdigest()[:16]


def _pragma(connection: sqlite3.Connection, what: str) -> object:
    row = connection.execute(f"PRAGMA {what}").fetchone()
    return row[0] if row else None

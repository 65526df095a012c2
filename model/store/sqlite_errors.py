"""Model room: what SQLite reports, turned into the store's own errors."""

import os
import shutil
import sqlite3
from pathlib import Path

from model.store.errors import (
    Contention,
    NotAStore,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)

NEARLY_FULL_BYTES = 256 * 1024
"""Below so much free space an input/output error is taken for a full disk (as -shm grows)."""


def translate(error: sqlite3.Error, file: Path) -> StoreError:
    """Return the store's error for one of SQLite's; `file` is the database file."""
    code = getattr(error, "sqlite_errorcode", None)
    match code & 0xFF if code is not None else None:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Contention("another process or thread is writing")
        case sqlite3.SQLITE_FULL:
            return StoreFull(file.name)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StoreReadOnly(file.name)
        case sqlite3.SQLITE_NOTADB:
            return NotAStore(file.name, "it is no SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return StoreDamaged(file.name)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN if _is_full(file):
            return StoreFull(file.name)
        case sqlite3.SQLITE_CANTOPEN if not os.access(file.parent, os.W_OK):
            return StoreReadOnly(file.name)
        case None:
            return StoreUnavailable(f"{file.name} cannot be used: {error}.")
        case _:
            name = getattr(error, "sqlite_errorname", "unknown")
            return StoreUnavailable(
                f"{file.name} cannot be read or written ({error}, {name}). "
                "Check the disk and the permissions of the file and its folder.",
            )


def _is_full(file: Path) -> bool:
    try:
        return shutil.disk_usage(file.parent).free < NEARLY_FULL_BYTES
    except OSError:
        return False

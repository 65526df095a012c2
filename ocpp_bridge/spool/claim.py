"""A spool is one process's at a time: two would give one number to two events, and end each other's commands."""

import errno
import fcntl
import os
import sqlite3

_IN_USE = frozenset({errno.EACCES, errno.EAGAIN})


def claim(path: str) -> int | None:
    """Makes the file, and keeps other bridges out of it until what this gives is closed or the process ends.

    None where the file cannot be opened, or locked at all: SQLite says better what is wrong with it. Raises
    ``sqlite3.OperationalError`` when another bridge has it. For its owner's eyes only: it holds tags and digests of
    passwords.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in _IN_USE:
            raise sqlite3.OperationalError("another bridge uses this spool") from error
        return None
    return descriptor

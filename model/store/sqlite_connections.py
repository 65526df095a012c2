"""Model room: one SQLite connection per thread, safe when threads end and processes fork.

SQLite keeps a process's locks in memory, and a forked child would take its parent's for its own. So
connections are closed before a fork and opened again on both sides; a child forked in the middle of
an operation is refused instead.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakSet

from model.store.errors import StoreUnavailable

_everywhere: WeakSet["Connections"] = WeakSet()
_never_closed: list[object] = []
"""What a child inherited open: closing it would end its parent's locks."""


class _Held:
    """A connection that is closed when its thread, the last to refer to it, has ended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


class Connections:
    """Hands each thread its own connection, made by `connect` on first use."""

    def __init__(self, file_name: str, connect: Callable[[], sqlite3.Connection]) -> None:
        self._file_name = file_name
        self._connect = connect
        self._refusal: str | None = None
        self._start()
        _everywhere.add(self)

    def _start(self) -> None:
        self._own = threading.local()
        self._all: WeakSet[_Held] = WeakSet()
        self._in_use = 0
        self._lock = threading.Lock()
        self.writing = threading.Lock()
        """Held while a thread of this process writes: waiting here is fair and needs no polling."""

    @contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Give the calling thread its connection. Raises `StoreUnavailable` after `close`."""
        with self._lock:
            if self._refusal is not None:
                raise StoreUnavailable(f"{self._file_name} {self._refusal}.")
            self._in_use += 1
        try:
            yield self._current()
        finally:
            with self._lock:
                self._in_use -= 1

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            self._refusal = self._refusal or "has been closed"
            self._close_all()

    def before_fork(self) -> None:
        """Close everything unless it is in use, and let nothing start until the fork is done."""
        self._lock.acquire()
        if self._in_use == 0:
            self._close_all()

    def after_fork_in_parent(self) -> None:
        """Let operations start again."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Start afresh, or refuse all use if an operation was under way."""
        if self._in_use:
            _never_closed.extend((list(self._all), self._own))
            self._refusal = "was in use while this process was forked; open the store in each process"
        self._start()

    def _current(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._own, "held", None)
        if held is None:
            held = _Held(self._connect())
            with self._lock:
                self._all.add(held)
            self._own.held = held
        return held.connection

    def _close_all(self) -> None:
        for held in list(self._all):
            held.close()
        self._all.clear()
        self._own = threading.local()


_forking: list[Connections] = []
"""The same objects in all three steps of one fork, whatever is opened meanwhile."""


def _for_all(step: Callable[[Connections], None]) -> None:
    for connections in _forking:
        step(connections)


def _before() -> None:
    _forking[:] = list(_everywhere)
    _for_all(Connections.before_fork)


def _in_parent() -> None:
    _for_all(Connections.after_fork_in_parent)
    _forking.clear()


def _in_child() -> None:
    _for_all(Connections.after_fork_in_child)
    _forking.clear()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)

"""Model room: threads of one process take turns at a document instead of meeting in Firestore.

Two transactions that both read a document block each other there until one is given up; taking turns at what a body
reads first, the site for every decision, leaves that to rivals in other processes.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from model.store.errors import Contention

LOCKS = 256
"""Documents share these; two that meet in one only wait a little."""


class Turns:
    """Each thread holds at most one, so nobody can wait in a circle."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._locks: dict[tuple[int, int], threading.Lock] = {}

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Have the turn at what is called `name`. Raises `Contention` after waiting `longest_s`."""
        # By process: a lock that was held during a fork would never be released in the child.
        lock = self._locks.setdefault((os.getpid(), hash(name) % LOCKS), threading.Lock())
        if not lock.acquire(timeout=self._longest_s):
            raise Contention("another thread is writing")
        try:
            yield
        finally:
            lock.release()

"""Passwords: hashed with argon2id, at most two at once in a process, old hashes verified and marked for renewal."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

from model.errors import Invalid, Unavailable

MIN_CHARS = 8
MIN_ADMIN_CHARS = 10
MAX_CHARS = 256
AT_ONCE = 2
WAIT_S = 5.0
"""The longest a request waits for its turn: 19 MiB and some 30 ms of one core each."""

_ORIGINAL = "pbkdf2:sha256"


def check_password(password: str, *, admin: bool = False, field: str = "password") -> str:
    """``password`` if it may be one; else :class:`Invalid`, which never repeats it."""
    least = MIN_ADMIN_CHARS if admin else MIN_CHARS
    if not least <= len(password) <= MAX_CHARS:
        raise Invalid("invalid_password", f"A password must have {least} to {MAX_CHARS} characters.", field=field)
    return password


class Passwords:
    """Hashes and verifies; one instance a process."""

    def __init__(self, at_once: int = AT_ONCE, wait_s: float = WAIT_S) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = threading.BoundedSemaphore(at_once)
        self._wait_s = wait_s
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """The argon2id hash to store. Raises :class:`Unavailable` when too many wait."""
        with self.turn():
            return self._hasher.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Whether ``password`` is the one. An empty ``stored`` (nobody, or no login) costs as long and is never."""
        if stored.startswith(_ORIGINAL):
            with self.turn():
                return check_password_hash(stored, password)
        with self.turn():
            matches = self._verify_argon2(stored or self._nobody(), password)
        return matches and bool(stored)

    def wants_rehash(self, stored: str) -> bool:
        """Whether a hash just verified should be replaced by a fresh one."""
        return stored.startswith(_ORIGINAL) or self._hasher.check_needs_rehash(stored)

    def _verify_argon2(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _nobody(self) -> str:
        """A hash no password is meant to fit, with the parameters of all others, so that it takes as long."""
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody's password")
        return self._nobodys

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and keep it for the block. Raises :class:`Unavailable` after the longest wait."""
        if not self._turns.acquire(timeout=self._wait_s):
            raise Unavailable("busy", "Too many people are logging in just now.", retry_after_s=2)
        try:
            yield
        finally:
            self._turns.release()

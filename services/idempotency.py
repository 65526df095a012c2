"""``Idempotency-Key``: the same request sent twice changes things once and is answered the same way both times.

The record is read first in the transaction of the change and written with it, so neither exists without the other.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from model import paths
from model.errors import Invalid
from model.store.port import Reads, Writes

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status and the body as JSON text."""

    status: int
    body: str


class Replayed(Exception):
    """The change was made before: leave the transaction, nothing written, and give this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("This request was answered before.")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Once:
    """One request's claim to be carried out once. Without a key (``UNKEYED``) it does nothing.

    In a transaction body: ``once.check(tx, now)`` among the reads, ``once.remember(tx, result, now)`` among the
    writes. ``render`` turns the service's result into the answer, and is pure, because bodies may run several times.
    """

    path: str = ""
    body_digest: str = ""
    render: Callable[[Any], Answer] | None = None

    def check(self, reads: Reads, now: datetime) -> None:
        """Raise :class:`Replayed` if it was carried out before, :class:`Invalid` if the key had another body."""
        data = self._recorded(reads, now)
        if data is not None:
            raise Replayed(Answer(data["status"], data["body"]))

    def remember(self, writes: Writes, result: Any, now: datetime) -> None:
        """Record the answer to ``result`` for 24 hours."""
        if self.path and self.render is not None:
            answer = self.render(result)
            self._record(writes, now, status=answer.status, body=answer.body)

    def subject(self, reads: Reads, now: datetime) -> str | None:
        """What ``remember_subject`` recorded: for answers that hold a secret, which is never stored."""
        data = self._recorded(reads, now)
        return None if data is None else str(data["subject"])

    def remember_subject(self, writes: Writes, subject: str, now: datetime) -> None:
        """Record only what was made, by id; a repeat is answered with a fresh secret for it."""
        if self.path:
            self._record(writes, now, subject=subject)

    def _recorded(self, reads: Reads, now: datetime) -> dict[str, Any] | None:
        document = reads.get(self.path) if self.path else None
        if document is None or document.data["expires_at"] <= now:
            return None
        if not hmac.compare_digest(document.data["body_digest"], self.body_digest):
            raise Invalid("idempotency_key_reused", "This Idempotency-Key was used for another body.")
        return document.data

    def _record(self, writes: Writes, now: datetime, **kept: Any) -> None:
        writes.put(self.path, {"body_digest": self.body_digest, "expires_at": now + KEPT_FOR, **kept})


UNKEYED = Once()
"""A request without the header."""


def once_for(
    user_id: str,
    method: str,
    path: str,
    key: str,
    body: bytes,
    render: Callable[[Any], Answer] | None = None,
) -> Once:
    """The claim of one request. The body is hashed with the key, which is not stored: a password in it stays safe."""
    digest = hashlib.sha256(f"{user_id}\n{method}\n{path}\n{key}".encode()).hexdigest()
    body_digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return Once(paths.idempotency(digest), body_digest, render)

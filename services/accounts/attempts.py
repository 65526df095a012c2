"""Lock-out by delay: who fails (or asks) too often waits, longer each time, and is never shut out for good.

An attempt is counted before it is made, in the store: guesses sent at the same time, or to several processes, all
count. Nothing sleeps: the answer is 429 with ``Retry-After``.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from model import paths
from model.errors import TooMany
from model.ids import fold
from model.store.port import Document, Store, Transaction


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` attempts, then a delay that doubles from one second; forgotten ``fade_s`` after the last one."""

    name: str
    free: int
    most_delay_s: int
    fade_s: int

    def delay_s(self, count: int) -> int:
        """How long after attempt number ``count`` the next one has to wait."""
        if count <= self.free:
            return 0
        return int(min(2 ** min(count - self.free - 1, 30), self.most_delay_s))


LOGIN_BY_ACCOUNT = Limit("login-account", free=5, most_delay_s=900, fade_s=24 * 3600)
LOGIN_BY_ADDRESS = Limit("login-address", free=50, most_delay_s=900, fade_s=3600)
REGISTER_BY_ADDRESS = Limit("register-address", free=200, most_delay_s=3600, fade_s=3600)
RESET_BY_ADDRESS = Limit("reset-address", free=20, most_delay_s=3600, fade_s=3600)
RESET_BY_ACCOUNT = Limit("reset-account", free=3, most_delay_s=3600, fade_s=3600)
EXPORT_BY_ACCOUNT = Limit("export-account", free=5, most_delay_s=3600, fade_s=3600)
TOP_UP_BY_ACCOUNT = Limit("top-up-account", free=30, most_delay_s=3600, fade_s=3600)


@dataclass(frozen=True, slots=True)
class Claim:
    """One limit on one subject: an account's name or a client's address; stored as a hash."""

    limit: Limit
    subject: str

    @property
    def path(self) -> str:
        return paths.lockout(hashlib.sha256(f"{self.limit.name}\n{fold(self.subject)}".encode()).hexdigest())


def count(store: Store, now: datetime, *claims: Claim) -> None:
    """Count one attempt against every claim, or raise :class:`TooMany` and count none. One read, one write each."""

    def body(tx: Transaction) -> None:
        found = tx.get_many([claim.path for claim in claims])
        wait_s = max((_wait_s(document, now) for document in found), default=0)
        if wait_s > 0:
            raise TooMany("too_many_attempts", "Too many attempts. Wait, then try again.", retry_after_s=wait_s)
        for claim, document in zip(claims, found, strict=True):
            tx.put(claim.path, _counted(claim.limit, document, now))

    store.transact(body)


def forgive(store: Store, now: datetime, cleared: Claim, uncounted: Claim) -> None:
    """After a success: forget ``cleared``, and take this one attempt off ``uncounted`` (others may share it)."""

    def body(tx: Transaction) -> None:
        document = tx.get(uncounted.path)
        tx.delete(cleared.path)
        if document is not None and document.data["expires_at"] > now and document.data["count"] > 1:
            tx.put(uncounted.path, {**document.data, "count": document.data["count"] - 1, "blocked_until": None})
        else:
            tx.delete(uncounted.path)

    store.transact(body)


def _wait_s(document: Document | None, now: datetime) -> int:
    blocked_until: datetime | None = None if document is None else document.data["blocked_until"]
    if blocked_until is None:
        return 0
    return math.ceil((blocked_until - now).total_seconds())


def _counted(limit: Limit, document: Document | None, now: datetime) -> dict[str, Any]:
    known = document is not None and document.data["expires_at"] > now
    number = (document.data["count"] if document is not None and known else 0) + 1
    delay_s = limit.delay_s(number)
    return {
        "limit": limit.name,
        "count": number,
        # None, not `now`: an attempt made at the same time has an earlier `now`, and must not wait for this one.
        "blocked_until": now + timedelta(seconds=delay_s) if delay_s else None,
        "expires_at": now + timedelta(seconds=limit.fade_s),
    }

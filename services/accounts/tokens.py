"""Tokens: made, found, swapped and revoked. The secret is shown once; the store knows its SHA-256 only."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from model import paths
from model.account import Scope, Token, User
from model.documents import from_document, to_document
from model.store.port import Reads, Writes
from model.store.query import Filter, Query
from services.ports import Randomness

DUE_AFTER = timedelta(days=7)
OVERLAP = timedelta(days=7)
MOST_DEVICES = 20
"""Logging in on one more ends the one that was refreshed longest ago."""
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token with its secret, to be shown once."""

    secret: str
    token: Token

    @property
    def path(self) -> str:
        return token_path(self.secret)


@dataclass(frozen=True, slots=True)
class Stored:
    """A token and where it lies."""

    path: str
    token: Token


def token_path(secret: str) -> str:
    """Where the token of ``secret`` lies."""
    return paths.token(hashlib.sha256(secret.encode()).hexdigest())


def mint(
    randomness: Randomness,
    user: User,
    now: datetime,
    *,
    device: str = "",
    scope: Scope | None = None,
    fixed: bool = False,
) -> Issued:
    """A token for ``user``, not stored yet. A fixed one has no end."""
    token = Token(
        token_id=randomness.token(9),
        user_id=user.user_id,
        user_type=user.type,
        username=user.username,
        created_at=now,
        refreshed_at=now,
        due_at=None if fixed else now + DUE_AFTER,
        expires_at=None if fixed else now + DUE_AFTER + OVERLAP,
        device=device,
        scope=scope,
    )
    return Issued(randomness.token(SECRET_BYTES), token)


def swapped(randomness: Randomness, old: Stored, now: datetime) -> Issued:
    """A successor with the same device and scope; the old one ends when the successor is first used."""
    token = replace(
        old.token,
        token_id=randomness.token(9),
        refreshed_at=now,
        due_at=now + DUE_AFTER,
        expires_at=now + DUE_AFTER + OVERLAP,
        replaces=old.path,
    )
    return Issued(randomness.token(SECRET_BYTES), token)


def tokens_of(reads: Reads, user_id: str) -> list[Stored]:
    """All tokens of a user, oldest refresh first; resets are not among them."""
    query = Query(paths.TOKENS, where=(Filter("user_id", "==", user_id), Filter("kind", "==", "token")))
    found = [Stored(document.path, from_document(Token, document.data)) for document in reads.query(query)]
    return sorted(found, key=lambda stored: stored.token.refreshed_at)


def secret_paths_of(reads: Reads, user_id: str) -> list[str]:
    """Paths of all tokens and resets of a user."""
    return [each.path for each in reads.query(Query(paths.TOKENS, where=(Filter("user_id", "==", user_id),)))]


def people_secrets_of(reads: Reads, user_id: str, *, keep_token_id: str = "") -> list[str]:
    """Paths of what a new password ends: resets, and tokens that came from logging in, but ``keep_token_id``."""
    kept = {
        each.path
        for each in tokens_of(reads, user_id)
        if each.token.scope is not None or (keep_token_id and each.token.token_id == keep_token_id)
    }
    return [path for path in secret_paths_of(reads, user_id) if path not in kept]


def save(writes: Writes, issued: Issued) -> None:
    """Store a minted token."""
    writes.put(issued.path, to_document(issued.token))


def displaced(existing: list[Stored], device: str) -> list[str]:
    """Paths of the tokens a new login on ``device`` ends: that device's, and the oldest beyond the bound."""
    logins = [each for each in existing if each.token.scope is None]
    same = [each for each in logins if device and each.token.device == device]
    rest = [each for each in logins if each not in same]
    beyond = rest[: max(0, len(rest) + 1 - MOST_DEVICES)]
    return [each.path for each in same + beyond]

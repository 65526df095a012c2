"""From a bearer token to the caller: at most one read, none when this process checked it within 60 s."""

from datetime import datetime, timedelta

from model.account import Token
from model.documents import from_document, to_document
from model.errors import Unauthenticated
from model.store.port import Transaction
from services.accounts.tokens import token_path
from services.context import Services

SETTLING = timedelta(seconds=60)
"""How long the old token still opens once its successor was used: requests under way are let through."""


def authenticate(services: Services, secret: str) -> Token:
    """The token of ``secret``, alive. Raises :class:`Unauthenticated`."""
    now = services.clock.now()
    path = token_path(secret)
    token = services.token_cache.find(path, now)
    if token is None:
        generation = services.token_cache.generation()
        document = services.store.get(path)
        if document is None or document.data.get("kind") != "token":
            raise Unauthenticated("invalid_token", "This token is unknown or was revoked. Log in again.")
        token = from_document(Token, document.data)
        if token.replaces and not expired(token, now):
            token = _settle(services, path, now)
        services.token_cache.keep(path, token, now, generation)
    if expired(token, now):
        raise Unauthenticated("token_expired", "This token has expired. Log in again.")
    return token


def expired(token: Token, now: datetime) -> bool:
    """Whether its overlap is over. Fixed tokens have no end."""
    return token.expires_at is not None and token.expires_at <= now


def due(token: Token, now: datetime) -> bool:
    """Whether its holder should swap it now."""
    return token.due_at is not None and token.due_at <= now


def _settle(services: Services, path: str, now: datetime) -> Token:
    """First use of a swapped token: its holder has it, so the old one ends. Once in a token's life."""

    def body(tx: Transaction) -> Token:
        document = tx.get(path)
        if document is None:
            raise Unauthenticated("invalid_token", "This token is unknown or was revoked. Log in again.")
        token = from_document(Token, document.data)
        old = tx.get(token.replaces) if token.replaces else None
        if old is not None:
            ends_at = old.data["expires_at"]
            soon = now + SETTLING
            tx.put(old.path, {**old.data, "expires_at": soon if ends_at is None else min(ends_at, soon)})
        settled = from_document(Token, {**document.data, "replaces": ""})
        tx.put(path, to_document(settled))
        return settled

    settled = services.store.transact(body)
    services.token_cache.forget_user(settled.user_id)
    return settled

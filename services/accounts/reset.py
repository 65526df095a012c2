"""A forgotten password: a letter with a single-use link that works for one hour."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from model import paths
from model.account import PasswordReset, User, UserType
from model.documents import from_document, to_document
from model.errors import Invalid, TooMany
from model.ids import fold
from model.store.port import Transaction
from services.accounts import attempts, tokens
from services.accounts.attempts import LOGIN_BY_ACCOUNT, RESET_BY_ACCOUNT, RESET_BY_ADDRESS, Claim
from services.accounts.names import user_id_named, user_with_id
from services.accounts.passwords import check_password
from services.context import Services
from services.notifying.catalogue import language_named

LIVES = timedelta(hours=1)
PAGE = "/api/auth/resetPasswordPage"


def ask_for_reset(services: Services, email: str, *, address: str) -> None:
    """Send the letter if the address is an account's; the caller cannot tell. Raises ``TooMany`` by client only."""
    now = services.clock.now()
    attempts.count(services.store, now, Claim(RESET_BY_ADDRESS, address))
    try:
        attempts.count(services.store, now, Claim(RESET_BY_ACCOUNT, email))
    except TooMany:
        return
    user = _owner(services, email)
    if user is None:
        return
    secret = services.randomness.token(tokens.SECRET_BYTES)
    reset = PasswordReset(user_id=user.user_id, created_at=now, expires_at=now + LIVES)
    services.store.put(_path(secret), to_document(reset))
    link = f"{services.configuration.public_url}{PAGE}?token={quote(secret)}"
    phrases = language_named(user.language).phrases
    text = phrases["reset"].format(name=user.name or user.username, username=user.username, link=link)
    services.mail.send(user.email, phrases["reset_subject"], text)


def reset_password(services: Services, secret: str, password: str) -> None:
    """Set a new password with the letter's secret, once; ends every token of the account and its lock-out.

    Raises :class:`Invalid` when the link was used, has expired or never was.
    """
    check_password(password)
    path = _path(secret)
    now = services.clock.now()
    refusal = Invalid("invalid_reset", "This link was used or has expired. Ask for a new one.", field="token")
    document = services.store.get(path)
    if document is None or from_document(PasswordReset, document.data).expires_at <= now:
        raise refusal
    user = user_with_id(services.store, from_document(PasswordReset, document.data).user_id)
    check_password(password, admin=user.type is UserType.ADMIN)
    password_hash = services.passwords.hash(password)

    def body(tx: Transaction) -> User:
        if tx.get(path) is None:
            raise refusal
        owner = user_with_id(tx, user.user_id)
        ended = tokens.people_secrets_of(tx, owner.user_id)
        tx.put(
            paths.user(owner.user_id),
            to_document(replace(owner, password_hash=password_hash, password_changed_at=now)),
        )
        for each in ended:
            tx.delete(each)
        for name in (owner.username, owner.email):
            tx.delete(Claim(LOGIN_BY_ACCOUNT, name).path)
        return owner

    owner = services.store.transact(body)
    services.token_cache.forget_user(owner.user_id)


def _owner(services: Services, email: str) -> User | None:
    """Whose address it is; a username is none, and units and deactivated accounts get no letters."""
    user_id = user_id_named(services.store, email)
    if user_id is None:
        return None
    user = user_with_id(services.store, user_id)
    wanted = user.active and user.type is not UserType.SERVICE and user.email
    return user if wanted and fold(user.email) == fold(email) else None


def _path(secret: str) -> str:
    """Apart from tokens: a reset's secret opens nothing as a bearer token."""
    return paths.token(hashlib.sha256(f"reset\n{secret}".encode()).hexdigest())

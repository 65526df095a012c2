"""Logging in, swapping a token, logging out."""

from dataclasses import replace

from model import paths
from model.account import Token, User, UserType
from model.documents import from_document, to_document
from model.errors import Conflict, Forbidden, Unauthenticated
from model.store.port import Transaction
from services.accounts import attempts, tokens
from services.accounts.attempts import LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, Claim
from services.accounts.devices import without_device
from services.accounts.names import user_id_named, user_with_id
from services.accounts.tokens import Issued, Stored
from services.context import Services

MAX_DEVICE_CHARS = 100


def log_in(services: Services, username_or_email: str, password: str, *, device: str, address: str) -> Issued:
    """A new token for whoever knows the password; it ends the older one of the same device.

    Raises :class:`Unauthenticated` (the same, after the same time, for an unknown name and for a wrong password),
    :class:`TooMany`, :class:`Forbidden` for units, which have tokens made by an admin.
    """
    now = services.clock.now()
    by_account, by_address = Claim(LOGIN_BY_ACCOUNT, username_or_email), Claim(LOGIN_BY_ADDRESS, address)
    attempts.count(services.store, now, by_account, by_address)
    user_id = user_id_named(services.store, username_or_email)
    user = _known(services, user_id)
    stored = user.password_hash if user else ""
    if not services.passwords.verify(stored, password) or user is None:
        raise Unauthenticated("bad_credentials", "The name or the password is wrong.")
    attempts.forgive(services.store, now, cleared=by_account, uncounted=by_address)
    fresh_hash = services.passwords.hash(password) if services.passwords.wants_rehash(stored) else stored

    def body(tx: Transaction) -> Issued:
        document = tx.get(paths.user(user.user_id))
        owner = from_document(User, document.data) if document else replace(user, password_hash="")
        if owner.password_hash != stored:
            raise Unauthenticated("bad_credentials", "The password was changed just now.")
        _refuse_entry(owner)
        gone = tokens.displaced(tokens.tokens_of(tx, owner.user_id), device)
        issued = tokens.mint(services.randomness, owner, now, device=device)
        changed = replace(owner, password_hash=fresh_hash, token_refreshed_at=now)
        tx.put(paths.user(owner.user_id), to_document(changed))
        for path in gone:
            tx.delete(path)
        tokens.save(tx, issued)
        return issued

    issued = services.store.transact(body)
    services.token_cache.forget_user(user.user_id)
    return issued


def refresh(services: Services, secret: str) -> Issued:
    """A successor of this token. The old one opens until its own end or the successor's first use.

    So an answer lost on its way locks nobody out. Raises :class:`Conflict` for fixed tokens.
    """
    now = services.clock.now()
    path = tokens.token_path(secret)

    def body(tx: Transaction) -> Issued:
        document = tx.get(path)
        if document is None:
            raise Unauthenticated("invalid_token", "This token is unknown or was revoked. Log in again.")
        old = Stored(path, from_document(Token, document.data))
        if old.token.expires_at is None:
            raise Conflict("fixed_token", "This token does not expire; an admin rotates it.")
        owner = user_with_id(tx, old.token.user_id)
        unused = [each.path for each in tokens.tokens_of(tx, owner.user_id) if each.token.replaces == path]
        issued = tokens.swapped(services.randomness, old, now)
        tx.put(paths.user(owner.user_id), to_document(replace(owner, token_refreshed_at=now)))
        for each in unused:
            tx.delete(each)
        tokens.save(tx, issued)
        return issued

    return services.store.transact(body)


def log_out(services: Services, secret: str, user_id: str) -> None:
    """End this token, and the successor it was swapped for. Its device gets no more messages of this account.

    Ending it twice is no error.
    """
    path = tokens.token_path(secret)

    def body(tx: Transaction) -> None:
        document = tx.get(path)
        token = from_document(Token, document.data) if document else None
        heirs = [each.path for each in tokens.tokens_of(tx, user_id) if each.token.replaces == path]
        left = None if token is None else without_device(tx, user_id, token.device or token.token_id)
        for each in (path, *heirs):
            tx.delete(each)
        if left is not None:
            tx.put(paths.user(user_id), to_document(left))

    services.store.transact(body)
    services.token_cache.forget_user(user_id)


def _known(services: Services, user_id: str | None) -> User | None:
    document = services.store.get(paths.user(user_id)) if user_id else None
    return None if document is None else from_document(User, document.data)


def _refuse_entry(user: User) -> None:
    """Said only to who knows the password."""
    if not user.active:
        raise Unauthenticated("deactivated", "This account is deactivated. Ask an admin.")
    if user.type is UserType.SERVICE:
        raise Forbidden("service_cannot_log_in", "Units do not log in: an admin makes their tokens.")

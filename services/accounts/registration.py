"""New accounts: people who register themselves, and those an admin or the command line makes."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime

from model import paths
from model.account import Tag, User, UserType
from model.documents import to_document
from model.errors import Forbidden, Invalid
from model.store.port import Transaction
from services.accounts import attempts, tokens
from services.accounts.admin_log import note
from services.accounts.names import (
    check_email,
    check_person_name,
    check_username,
    name_document,
    refuse_taken,
    user_with_id,
)
from services.accounts.passwords import check_password
from services.accounts.tokens import Issued
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.money.opening import with_starting_credit
from services.ports import Randomness
from services.standing import Person, Standing

TAG_PREFIX = "KW"
_TAG_BYTES = 10
_ID_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What a new account is made from. Without a password nobody can log in to it (units have tokens)."""

    username: str
    password: str | None = None
    type: UserType = UserType.USER
    name: str = ""
    surname: str = ""
    email: str = ""


def register(services: Services, new: NewAccount, *, device: str, address: str, once: Once = UNKEYED) -> Issued:
    """Make an account and log it in. Repeated with the same key: another token for the account made then.

    Raises :class:`Forbidden` when registration is closed, :class:`Conflict` for taken names, ``TooMany``.
    """
    if not services.configuration.registration_open:
        raise Forbidden("registration_closed", "Registration is closed. Ask an admin for an account.")
    now = services.clock.now()
    user = _account(services, new, now)
    attempts.count(services.store, now, attempts.Claim(attempts.REGISTER_BY_ADDRESS, address))

    def body(tx: Transaction) -> Issued:
        made_id = once.subject(tx, now)
        if made_id is not None:
            owner = user_with_id(tx, made_id)
            gone = tokens.displaced(tokens.tokens_of(tx, made_id), device)
        else:
            refuse_taken(tx, user.username, user.email)
            owner, gone = replace(user, token_refreshed_at=now), []
        issued = tokens.mint(services.randomness, owner, now, device=device)
        if made_id is None:
            save_new(tx, with_starting_credit(tx, services.configuration, owner, now), now)
            once.remember_subject(tx, owner.user_id, now)
        for path in gone:
            tx.delete(path)
        tokens.save(tx, issued)
        return issued

    return services.store.transact(body)


def create_user(services: Services, new: NewAccount, *, by: Caller | None, once: Once = UNKEYED) -> Person:
    """Make an account of any type for somebody else. Raises :class:`Conflict` for taken names."""
    if new.password is None and new.type is not UserType.SERVICE:
        raise Invalid("invalid_password", "An account of a person needs a password.", field="password")
    now = services.clock.now()
    user = _account(services, new, now)

    def body(tx: Transaction) -> Person:
        once.check(tx, now)
        refuse_taken(tx, user.username, user.email)
        person = Person(user=with_starting_credit(tx, services.configuration, user, now), standing=Standing())
        save_new(tx, person.user, now)
        note(tx, services.randomness, now, by, "create_user", user.user_id, user.type.value)
        once.remember(tx, person, now)
        return person

    return services.store.transact(body)


def made_up_tag(randomness: Randomness) -> str:
    """18 characters no card has: the prefix and 80 random bits in base32 (OCPP 1.6 allows 20)."""
    return TAG_PREFIX + base64.b32encode(_random_bytes(randomness, _TAG_BYTES)).decode()


def _random_bytes(randomness: Randomness, nbytes: int) -> bytes:
    text = randomness.token(nbytes)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _account(services: Services, new: NewAccount, now: datetime) -> User:
    """The checked account, its password hashed: outside the transaction, which may run several times."""
    email = check_email(new.email)
    is_admin = new.type is UserType.ADMIN
    password_hash = ""
    username = check_username(new.username, email)
    names = check_person_name(new.name, "name"), check_person_name(new.surname, "surname")
    if new.password is not None:
        password_hash = services.passwords.hash(check_password(new.password, admin=is_admin))
    return User(
        user_id=_random_bytes(services.randomness, _ID_BYTES).hex(),
        username=username,
        type=new.type,
        name=names[0],
        surname=names[1],
        email=email,
        password_hash=password_hash,
        tag=made_up_tag(services.randomness),
        created_at=now,
        password_changed_at=now if password_hash else None,
    )


def save_new(tx: Transaction, user: User, now: datetime) -> None:
    """The account, its names and its made-up tag; ``create`` fails should a random id ever be met twice."""
    tx.create(paths.user(user.user_id), to_document(user))
    for name in {paths.name(each) for each in (user.username, user.email) if each}:
        tx.create(name, name_document(user.user_id))
    tag = Tag(tag=user.tag, user_id=user.user_id, parent_tag=user.tag, made_up=True, created_at=now, changed_at=now)
    tx.create(paths.tag(user.tag), to_document(tag))

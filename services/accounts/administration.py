"""What admins do to accounts: list them, change what they may do, deactivate them."""

from dataclasses import replace

from model import paths
from model.account import User, UserType
from model.documents import from_document, to_document
from model.errors import Conflict
from model.quota import Quota
from model.store.port import Document, Reads, Transaction
from model.store.query import Filter, Order, Query
from services.accounts import tokens
from services.accounts.admin_log import note
from services.accounts.names import user_id_named, user_named
from services.accounts.tags import tags_query
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.precondition import ANY, Expected
from services.standing import Person

LISTED_AGE_S = 2
"""A list reads each site once, not once for every user there."""
BY_USERNAME = Query(paths.USERS, order_by=(Order("username"),))


def list_people(services: Services, query: Query) -> list[tuple[Document, Person]]:
    """A page of all accounts and where their owners stand."""
    found = []
    for document in services.store.query(query):
        user = from_document(User, document.data)
        standing = services.standing(services.store, user, max_age_s=LISTED_AGE_S)
        found.append((document, Person(user=user, standing=standing)))
    return found


def change_access(
    services: Services,
    username: str,
    *,
    by: Caller,
    type: UserType | None = None,  # noqa: A002 -- the wire's word
    active: bool | None = None,
    quota: Quota | None = None,
    once: Once = UNKEYED,
    expected: Expected = ANY,
) -> Person:
    """Change an account's type or quota, or (de)activate it; deactivating ends all its tokens.

    Raises :class:`Conflict` when no active admin would be left, or when a unit's tokens would become a person's.
    """
    now = services.clock.now()

    def body(tx: Transaction) -> Person:
        once.check(tx, now)
        user = user_named(tx, username)
        before = Person(user=user, standing=services.standing(tx, user))
        expected.check(before)
        changed = replace(
            user,
            type=user.type if type is None else type,
            active=user.active if active is None else active,
            quota=user.quota if quota is None else quota,
        )
        if UserType.SERVICE in {user.type, changed.type} and user.type is not changed.type:
            raise Conflict("service_type", "A unit's account stays one, and a person's too.", field="type")
        refuse_last_admin(tx, user, changed)
        held = tokens.tokens_of(tx, user.user_id)
        secrets = tokens.secret_paths_of(tx, user.user_id)
        cards = tx.query(tags_query(user.user_id)) if changed.active is not user.active else []
        person = replace(before, user=changed)
        if changed != user:
            tx.put(paths.user(user.user_id), to_document(changed))
            what = f"{changed.type.value}, {'active' if changed.active else 'deactivated'}"
            note(tx, services.randomness, now, by, "change_access", user.user_id, what)
        for card in cards:  # Bridges ask for what changed: what a card is worth has.
            tx.put(card.path, {**card.data, "changed_at": now})
        if not changed.active:
            for path in secrets:
                tx.delete(path)
        elif changed.type is not user.type:
            for each in held:
                tx.put(each.path, to_document(replace(each.token, user_type=changed.type)))
        once.remember(tx, person, now)
        return person

    person = services.store.transact(body)
    services.token_cache.forget_user(person.user.user_id)
    return person


def refuse_last_admin(reads: Reads, before: User, after: User | None) -> None:
    """Raise :class:`Conflict` if ``before`` is the last active admin and ``after`` (None: deleted) is none."""

    def counts(user: User | None) -> bool:
        return user is not None and user.type is UserType.ADMIN and user.active

    if not counts(before) or counts(after):
        return
    admins = Query(
        paths.USERS, where=(Filter("type", "==", UserType.ADMIN.value), Filter("active", "==", True)), limit=2
    )
    if len(reads.query(admins)) < 2:
        raise Conflict("last_admin", "This is the last active admin; make another one first.")


def named(services: Services, username: str) -> str | None:
    """The id of the user an admin acts for. One read."""
    return user_id_named(services.store, username)

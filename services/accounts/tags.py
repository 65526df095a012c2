"""Cards: a person's own tags, each counting as their made-up one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from model import paths
from model.account import Tag
from model.documents import from_document, to_document
from model.errors import Conflict, Forbidden, Invalid, NotFound
from model.ids import check_tag
from model.store.port import Transaction
from model.store.query import Filter, Query
from services.accounts.admin_log import note
from services.accounts.names import user_with_id
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.precondition import ANY, Expected

MOST_TAGS = 50
MAX_LABEL_CHARS = 100


class Unset:
    """The field was not sent (None means: no expiry)."""


UNSET: Final = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChanges:
    """What is to change of a card."""

    label: str | None = None
    active: bool | None = None
    expires_at: datetime | Unset | None = UNSET


def tags_query(user_id: str) -> Query:
    """The tags of a user."""
    return Query(paths.TAGS, where=(Filter("user_id", "==", user_id),))


def tags_of(services: Services, user_id: str) -> list[Tag]:
    """All tags of a user, the made-up one first."""
    found = [from_document(Tag, document.data) for document in services.store.query(tags_query(user_id))]
    return sorted(found, key=lambda tag: (not tag.made_up, tag.tag))


def add_tag(
    services: Services,
    user_id: str,
    text: str,
    *,
    by: Caller,
    label: str = "",
    expires_at: datetime | None = None,
    once: Once = UNKEYED,
) -> Tag:
    """Register a card. Raises :class:`Conflict` when it is known already, whoever's it is."""
    now = services.clock.now()
    check_tag(text)
    _check_label(label)

    def body(tx: Transaction) -> Tag:
        once.check(tx, now)
        user = user_with_id(tx, user_id)
        if tx.get(paths.tag(text)) is not None:
            raise Conflict("tag_taken", "This tag is registered already.", field="tag")
        if len(tx.query(tags_query(user_id))) >= MOST_TAGS:
            raise Conflict("too_many_tags", f"A user may have {MOST_TAGS} tags at most.")
        tag = Tag(
            tag=text,
            user_id=user_id,
            parent_tag=user.tag,
            label=label,
            expires_at=expires_at,
            created_at=now,
            changed_at=now,
        )
        tx.create(paths.tag(text), to_document(tag))
        if by.user_id != user_id:
            note(tx, services.randomness, now, by, "add_tag", user_id)
        once.remember(tx, tag, now)
        return tag

    return services.store.transact(body)


def change_tag(
    services: Services,
    text: str,
    changes: TagChanges,
    *,
    by: Caller,
    once: Once = UNKEYED,
    expected: Expected = ANY,
) -> Tag:
    """Rename, block, unblock a card or change its expiry. The made-up tag takes a label only."""
    now = services.clock.now()
    if changes.label is not None:
        _check_label(changes.label)

    def body(tx: Transaction) -> Tag:
        once.check(tx, now)
        tag = _own(tx, text, by)
        expected.check(tag)
        if tag.made_up and (changes.active is not None or not isinstance(changes.expires_at, Unset)):
            raise Conflict("made_up_tag", "The made-up tag can be neither blocked nor given an end.")
        changed = replace(
            tag,
            label=tag.label if changes.label is None else changes.label,
            active=tag.active if changes.active is None else changes.active,
            expires_at=tag.expires_at if isinstance(changes.expires_at, Unset) else changes.expires_at,
        )
        if changed != tag:
            changed = replace(changed, changed_at=now)
            tx.put(paths.tag(text), to_document(changed))
            if by.user_id != tag.user_id:
                note(tx, services.randomness, now, by, "change_tag", tag.user_id)
        once.remember(tx, changed, now)
        return changed

    return services.store.transact(body)


def delete_tag(services: Services, text: str, *, by: Caller, once: Once = UNKEYED, expected: Expected = ANY) -> None:
    """Forget a card. Raises :class:`Conflict` for the made-up tag, which lives as long as its user."""
    now = services.clock.now()

    def body(tx: Transaction) -> None:
        once.check(tx, now)
        tag = _own(tx, text, by)
        expected.check(tag)
        if tag.made_up:
            raise Conflict("made_up_tag", "The made-up tag lives as long as its user.")
        tx.delete(paths.tag(text))
        if by.user_id != tag.user_id:
            note(tx, services.randomness, now, by, "delete_tag", tag.user_id)
        once.remember(tx, None, now)

    services.store.transact(body)


def _own(tx: Transaction, text: str, by: Caller) -> Tag:
    document = tx.get(paths.tag(text))
    if document is None:
        raise NotFound("no_such_tag", "There is no such tag.")
    tag = from_document(Tag, document.data)
    if tag.user_id != by.user_id and not by.is_admin:
        raise Forbidden("not_your_tag", "This tag is somebody else's.")
    return tag


def _check_label(label: str) -> None:
    if len(label) > MAX_LABEL_CHARS:
        raise Invalid("invalid_label", f"label must have {MAX_LABEL_CHARS} characters at most.", field="label")

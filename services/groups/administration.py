"""Services: groups as admins keep them. A group that chargers name is not deleted: they would be open to everybody."""

from dataclasses import replace

from model import paths
from model.documents import from_document, to_document
from model.errors import Conflict, Invalid, NotFound
from model.ids import check_place_id, fold
from model.quota import Group, Membership, Quota
from model.store.port import Document, Reads, Transaction
from model.store.query import Order, Query
from services.accounts.admin_log import note
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.precondition import ANY, Expected

MOST_NAMED = 5
"""So many chargers a refusal names."""
_PAGE = 100
BY_ID = Query(paths.GROUPS, order_by=(Order("group_id"),))


def members_query(group_id: str) -> Query:
    """Who is in a group, by username."""
    return Query(paths.members(group_id), order_by=(Order("username"),))


def groups_in(documents: list[Document]) -> list[Group]:
    """The groups of a page."""
    return [from_document(Group, one.data) for one in documents]


def members_in(documents: list[Document]) -> list[Membership]:
    """The members of a page."""
    return [from_document(Membership, one.data) for one in documents]


def group_named(reads: Reads, group_id: str) -> Group:
    """A group. One read. Raises :class:`NotFound`."""
    document = _document(reads, group_id)
    if document is None:
        raise NotFound("no_such_group", f"There is no group {group_id!r}.")
    return from_document(Group, document.data)


def is_group(reads: Reads, group_id: str) -> bool:
    """Whether there is such a group. One read."""
    return _document(reads, group_id) is not None


def put_group(
    services: Services,
    group_id: str,
    name: str,
    quota: Quota,
    *,
    by: Caller,
    once: Once = UNKEYED,
    expected: Expected = ANY,
) -> Group:
    """Make a group, or describe it anew. One whose deletion was broken off stays. Raises ``Invalid``, ``Stale``."""
    check_place_id(group_id, "group_id")
    now = services.clock.now()

    def body(tx: Transaction) -> Group:
        once.check(tx, now)
        document = tx.get(paths.group(group_id))
        known = None if document is None else from_document(Group, document.data)
        if known is not None:
            expected.check(known)
        group = Group(group_id=known.group_id if known else group_id, name=name, quota=quota)
        tx.put(paths.group(group_id), to_document(group))
        note(tx, services.randomness, now, by, "put_group", group.group_id)
        once.remember(tx, group, now)
        return group

    group = services.store.transact(body)
    _forget(services, group_id)
    return group


def delete_group(
    services: Services, group_id: str, *, by: Caller, once: Once = UNKEYED, expected: Expected = ANY
) -> None:
    """Delete a group; its members are in it no more. Raises :class:`Conflict` while chargers or locations name it.

    Closed first, so that nobody and nothing is added meanwhile. Broken off, it is deleted by deleting it again.
    """
    now = services.clock.now()

    def close(tx: Transaction) -> None:
        once.check(tx, now)
        group = group_named(tx, group_id)
        expected.check(group)
        tx.put(paths.group(group_id), to_document(replace(group, closing=True)))

    def reopen(tx: Transaction) -> None:
        document = tx.get(paths.group(group_id))
        if document is not None:
            tx.put(paths.group(group_id), {**document.data, "closing": False})

    def finish(tx: Transaction) -> None:
        once.check(tx, now)
        if not group_named(tx, group_id).closing or tx.query(replace(members_query(group_id), limit=1)):
            raise Conflict("group_in_use", "The group was kept by somebody else meanwhile.")
        tx.delete(paths.group(group_id))
        note(tx, services.randomness, now, by, "delete_group", fold(group_id))
        once.remember(tx, None, now)

    services.store.transact(close)
    users = _named_by(services, fold(group_id))
    if users:
        services.store.transact(reopen)
        more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
        raise Conflict("group_in_use", f"The group may use {', '.join(users[:MOST_NAMED])}{more}: change that first.")
    while found := services.store.query(replace(members_query(group_id), limit=_PAGE)):
        _empty(services, group_id, [one.id for one in found])
    services.store.transact(finish)
    _forget(services, group_id)


def _empty(services: Services, group_id: str, user_ids: list[str]) -> None:
    """Take these out of the group, in one transaction."""

    def body(tx: Transaction) -> None:
        found = tx.get_many([paths.user(one) for one in user_ids])
        for user_id, document in zip(user_ids, found, strict=True):
            if document is not None:
                left = [one for one in document.data.get("groups", []) if one != fold(group_id)]
                tx.put(document.path, {**document.data, "groups": left})
            tx.delete(paths.member(group_id, user_id))

    services.store.transact(body)


def _named_by(services: Services, group_id: str) -> list[str]:
    """The chargers and locations that say who may use them by this group."""
    if services.sites is None:
        return []
    found = []
    for site in services.sites.sites.all_now():
        if site.retired:
            continue
        if group_id in site.settings.groups:
            found.append(f"location {site.location_id}")
        found += [
            f"charger {site.location_id}:{one.charger_id}"
            for one in site.chargers.values()
            if not one.retired and group_id in one.groups
        ]
    return found


def _forget(services: Services, group_id: str) -> None:
    if services.sites is not None:
        services.sites.groups.forget(group_id)


def _document(reads: Reads, group_id: str) -> Document | None:
    try:
        check_place_id(group_id, "group_id")
    except Invalid:
        return None
    return reads.get(paths.group(group_id))

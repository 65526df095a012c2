"""Services: who is in which group, and what that leaves a driver to charge."""

from dataclasses import dataclass, replace

import structlog

from model import paths
from model.account import User, UserType
from model.decision import Actor
from model.documents import to_document
from model.errors import Conflict, KilowaitError, NotFound
from model.ids import fold
from model.quota import Membership
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Transaction
from scheduling.inputs import Regroup
from scheduling.rights.quotas import Left, lefts
from services.accounts.admin_log import note
from services.accounts.names import user_named, user_with_id
from services.caller import Caller
from services.context import Services
from services.groups.administration import group_named
from services.groups.known import limits_now
from services.idempotency import UNKEYED, Once

MOST_GROUPS = 10
"""A user may be in: a site keeps them with everybody who waits."""
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a user may charge, where their day is now."""

    zone: str
    lefts: tuple[Left, ...]


def add_member(services: Services, group_id: str, username: str, *, by: Caller, once: Once = UNKEYED) -> Membership:
    """Put a user into a group; who is in it, stays. Raises :class:`NotFound`, :class:`Conflict`."""
    now = services.clock.now()

    def body(tx: Transaction) -> User:
        once.check(tx, now)
        group = group_named(tx, group_id)
        user = user_named(tx, username)
        if group.closing:
            raise Conflict("group_closing", "This group is being deleted.")
        if user.type is UserType.SERVICE:
            raise Conflict("service_type", "A unit is in no group.")
        changed = replace(user, groups=tuple(sorted({*user.groups, fold(group_id)})))
        if len(changed.groups) > MOST_GROUPS:
            raise Conflict("too_many_groups", f"A user may be in {MOST_GROUPS} groups at most.")
        if changed != user:
            tx.put(paths.user(user.user_id), to_document(changed))
            tx.put(paths.member(group_id, user.user_id), to_document(_membership(user)))
            note(tx, services.randomness, now, by, "add_member", user.user_id, fold(group_id))
        once.remember(tx, _membership(user), now)
        return changed

    user = services.store.transact(body)
    _tell_site(services, user, by)
    return _membership(user)


def remove_member(services: Services, group_id: str, username: str, *, by: Caller, once: Once = UNKEYED) -> None:
    """Take a user out of a group. Raises :class:`NotFound`, also for who is not in it."""
    now = services.clock.now()

    def body(tx: Transaction) -> User:
        once.check(tx, now)
        group_named(tx, group_id)
        user = user_named(tx, username)
        if fold(group_id) not in user.groups:
            raise NotFound("not_a_member", "This user is not in the group.")
        changed = replace(user, groups=tuple(one for one in user.groups if one != fold(group_id)))
        tx.put(paths.user(user.user_id), to_document(changed))
        tx.delete(paths.member(group_id, user.user_id))
        note(tx, services.randomness, now, by, "remove_member", user.user_id, fold(group_id))
        once.remember(tx, None, now)
        return changed

    _tell_site(services, services.store.transact(body), by)


def memberships(user: User) -> list[str]:
    """The documents that say that a user is in groups: they go with the account."""
    return [paths.member(one, user.user_id) for one in user.groups]


def allowance(services: Services, user_id: str) -> Allowance:
    """What a user may charge and what is left of it: the user and one read a group. Raises :class:`NotFound`."""
    user = user_with_id(services.store, user_id)
    zone = user.usage.zone or "UTC"
    limits = limits_now(services.store, user)
    return Allowance(zone=zone, lefts=tuple(lefts(limits, user.usage, services.clock.now(), zone)))


def _membership(user: User) -> Membership:
    return Membership(user_id=user.user_id, username=user.username)


def _tell_site(services: Services, user: User, by: Caller) -> None:
    """Where the user waits or is called: other chargers are open to them now. What goes wrong waits for the charger."""
    if user.place is None or services.sites is None:
        return
    try:
        actor = Actor(kind=by.type.value, id=by.user_id)
        services.sites.desk.decide(user.place.location_id, [Regroup(user_id=user.user_id)], actor)
    except (KilowaitError, StoreBusy, StoreUnavailable) as error:
        _LOG.warning("regroup_failed", user_id=user.user_id, location_id=user.place.location_id, error=str(error))

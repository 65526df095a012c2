"""Services: the quotas of groups, as this process read them lately: a decision needs no further read for them."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from model import paths
from model.account import User
from model.documents import from_document
from model.errors import Invalid
from model.ids import fold
from model.quota import Group, Limit, Quota, limits_of
from model.store.port import Reads
from services.ports import Clock

MAX_AGE = timedelta(seconds=60)
"""So long a changed quota may be the old one in other processes. Who is in a group is never old: users say it."""
Limits = Callable[[Reads, User], tuple[Limit, ...]]


class KnownGroups:
    """Quotas by group. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[Quota, datetime]] = {}

    def limits(self, reads: Reads, user: User) -> tuple[Limit, ...]:
        """The limits that hold for a user. A group is read once a minute at most, without groups nothing is."""
        now = self._clock.now()
        with self._lock:
            known = {one: self._read[one] for one in user.groups if one in self._read}
        fresh = {one: quota for one, (quota, at) in known.items() if abs(now - at) <= MAX_AGE}
        missing = [one for one in user.groups if one not in fresh]
        if missing:
            found = quotas(reads, missing)
            with self._lock:
                self._read.update({one: (quota, now) for one, quota in found.items()})
            fresh |= found
        return limits_of(user.quota, tuple((one, fresh[one]) for one in user.groups))

    def forget(self, group_id: str) -> None:
        """It was changed here."""
        with self._lock:
            self._read.pop(fold(group_id), None)


def limits_now(reads: Reads, user: User) -> tuple[Limit, ...]:
    """The limits that hold for a user, each group read."""
    found = quotas(reads, user.groups)
    return limits_of(user.quota, tuple(found.items()))


def quotas(reads: Reads, group_ids: Iterable[str]) -> dict[str, Quota]:
    """The groups' quotas, in their order; of one that is gone, none."""
    ids = list(group_ids)
    documents = reads.get_many([paths.group(one) for one in ids]) if ids else []
    return {
        one: Quota() if document is None else from_document(Group, document.data).quota
        for one, document in zip(ids, documents, strict=True)
    }


def refuse_unknown(reads: Reads, group_ids: tuple[str, ...]) -> None:
    """Raise :class:`Invalid` unless all of these are groups that stay. One read each."""
    documents = reads.get_many([paths.group(one) for one in group_ids]) if group_ids else []
    for one, document in zip(group_ids, documents, strict=True):
        if document is None or document.data.get("closing"):
            raise Invalid("unknown_group", f"There is no group {one!r}.", field="groups")

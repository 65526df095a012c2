"""Notifying: whose message it is."""

from model import paths
from model.account import User, UserType
from model.documents import from_document
from model.store.port import Reads
from model.store.query import Filter, Query
from services.sites.paging import each

_MANAGERS = Query(paths.USERS, where=(Filter("type", "==", UserType.ADMIN.value), Filter("active", "==", True)))


def readers(reads: Reads, user_id: str) -> list[User]:
    """The user, if there still is one; every active admin where ``user_id`` is empty. One read each."""
    if not user_id:
        return [from_document(User, document.data) for document in each(reads, _MANAGERS)]
    document = reads.get(paths.user(user_id))
    return [] if document is None else [from_document(User, document.data)]

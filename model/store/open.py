"""Model room: a store from its address (`KILOWAIT_STORE`)."""

import os
import re
from collections.abc import Mapping, Sequence

from model.store.errors import InvalidStoreUrl, ServerlessStoreRefused
from model.store.indexes import Index
from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from model.store.transact import Retry

SERVERLESS_VARIABLES = ("GAE_ENV", "K_SERVICE")
"""Set by App Engine, and by Cloud Run and Cloud Functions."""

_SQLITE = "sqlite:///"
_FIRESTORE = "firestore:"
_PROJECT = re.compile(r"[a-z][a-z0-9.:-]{0,62}[a-z0-9]")


def open_store(
    url: str,
    *,
    indexes: Sequence[Index] = (),
    retry: Retry | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Store:
    """Open `sqlite:///relative`, `sqlite:////absolute`, `memory:` or `firestore:PROJECT`.

    Firestore's `indexes` are not made here: `firestore.indexes.json` is deployed. It is the only store allowed on
    App Engine, Cloud Run and Cloud Functions. Raises `InvalidStoreUrl`, `ServerlessStoreRefused`, and whatever opening
    the store raises.
    """
    if url.startswith(_FIRESTORE) and _PROJECT.fullmatch(url.removeprefix(_FIRESTORE)):
        return _firestore(url.removeprefix(_FIRESTORE), retry)
    is_sqlite = url.startswith(_SQLITE) and len(url) > len(_SQLITE)
    if not is_sqlite and url != "memory:":
        raise InvalidStoreUrl(url)
    for variable in SERVERLESS_VARIABLES:
        if environ.get(variable):
            raise ServerlessStoreRefused(url, variable)
    if is_sqlite:
        return SqliteStore(url.removeprefix(_SQLITE), indexes=indexes, retry=retry)
    return MemoryStore(retry=retry)


def _firestore(project: str, retry: Retry | None) -> Store:
    # A second of imports that a store on one machine does without.
    from model.store.firestore import FirestoreStore  # noqa: PLC0415

    return FirestoreStore(project, retry=retry)

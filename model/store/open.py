"""Model room: a store from its address (`KILOWAIT_STORE`)."""

import os
from collections.abc import Mapping, Sequence

from model.store.errors import InvalidStoreUrl, ServerlessStoreRefused, StoreUnavailable
from model.store.indexes import Index
from model.store.memory import MemoryStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from model.store.transact import Retry

SERVERLESS_VARIABLES = ("GAE_ENV", "K_SERVICE")
"""Set by App Engine, and by Cloud Run and Cloud Functions."""

_SQLITE = "sqlite:///"
_FIRESTORE = "firestore:"


def open_store(
    url: str,
    *,
    indexes: Sequence[Index] = (),
    retry: Retry | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Store:
    """Open `sqlite:///relative`, `sqlite:////absolute`, `memory:` or `firestore:PROJECT`.

    Raises `InvalidStoreUrl`, `ServerlessStoreRefused`, and whatever opening the store raises.
    """
    if url.startswith(_FIRESTORE) and len(url) > len(_FIRESTORE):
        raise StoreUnavailable(
            f"{url} cannot be opened: the Firestore adapter is not installed in this build. Use sqlite:///file.db.",
        )
    is_sqlite = url.startswith(_SQLITE) and len(url) > len(_SQLITE)
    if not is_sqlite and url != "memory:":
        raise InvalidStoreUrl(url)
    for variable in SERVERLESS_VARIABLES:
        if environ.get(variable):
            raise ServerlessStoreRefused(url, variable)
    if is_sqlite:
        return SqliteStore(url.removeprefix(_SQLITE), indexes=indexes, retry=retry)
    return MemoryStore(retry=retry)

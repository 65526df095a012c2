"""Services: what a store says of itself: the schemas its documents may have, and whether it is being filled.

A process reads it once, when it starts: a program too old for the store, or a store half filled, is found out then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model import paths
from model.schemas import SCHEMAS, schema_of
from model.store.errors import StoreUnavailable
from model.store.port import Reads, Store, Transaction


class StoreTooNew(StoreUnavailable):
    """A newer version of Kilowait has written to this store."""


class StoreHalfFilled(StoreUnavailable):
    """An import into this store was begun and has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """``meta/store``. ``importing``: the SHA-256 of the file that is being imported, or empty."""

    schemas: Mapping[str, int] = field(default_factory=dict)
    importing: str = ""


def read_mark(reads: Reads) -> Mark:
    """What the store says; nothing, where nobody has said anything yet. One read."""
    document = reads.get(paths.mark())
    data: Mapping[str, Any] = {} if document is None else document.data
    return Mark(schemas=data.get("schemas", {}), importing=data.get("importing", ""))


def check_schemas(schemas: Mapping[str, int], what: str) -> None:
    """Raise :class:`StoreTooNew` when ``what`` has documents of a schema this program does not know."""
    for collection, number in sorted(schemas.items()):
        if number > schema_of(collection):
            raise StoreTooNew(
                f"{what} was written by a newer version of Kilowait ({collection}: schema {number}, this version knows "
                f"{schema_of(collection)}). Run that version; nothing was changed.",
            )


def check_mark(reads: Reads) -> Mark:
    """The mark of a store that is ready. Raises :class:`StoreTooNew`, :class:`StoreHalfFilled`."""
    mark = read_mark(reads)
    check_schemas(mark.schemas, "The store")
    if mark.importing:
        raise StoreHalfFilled(
            "An import into this store was begun and has not ended. Run the same import again; it goes on where it was."
        )
    return mark


def claim(store: Store) -> None:
    """Check the store and say in it which schemas this program writes: one read, and one write after an upgrade.

    From then on an older program does not start. Raises as :func:`check_mark`.
    """
    if _raised(check_mark(store).schemas) is None:
        return

    def body(transaction: Transaction) -> None:
        mark = check_mark(transaction)
        raised = _raised(mark.schemas)
        if raised is not None:
            transaction.put(paths.mark(), {"schemas": raised, "importing": ""})

    store.transact(body)


def put_mark(store: Store, importing: str) -> None:
    """Say that a file is being imported, or (empty) that it was."""
    store.put(paths.mark(), {"schemas": dict(SCHEMAS), "importing": importing})


def _raised(schemas: Mapping[str, int]) -> dict[str, int] | None:
    """The schemas to be said, or None when they are said already."""
    if all(schemas.get(collection, 1) >= number for collection, number in SCHEMAS.items()):
        return None
    return {**schemas, **SCHEMAS}

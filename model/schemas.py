"""The schema each collection's documents are written in, and the refusal of those a newer program wrote.

A new field with a default is no new schema: it is ignored by older programs and filled by newer ones. Anything else
raises the number here and adds a migration (``services/transfer/migrations.py``).
"""

from collections.abc import Mapping
from typing import Any

from model import paths
from model.errors import Unavailable

SCHEMAS: Mapping[str, int] = {
    paths.LOCATIONS: 1,
    paths.DECISIONS: 2,
}
"""By collection; all others are of schema 1. A document of schema 1 need not say so, any other has a ``schema``."""


def schema_of(collection: str) -> int:
    """The schema this program writes in a collection (its last name: ``decisions``)."""
    return SCHEMAS.get(collection, 1)


def check_schema(collection: str, data: Mapping[str, Any]) -> None:
    """Raise :class:`Unavailable` for a document a newer program wrote: this one might misread it."""
    found = data.get("schema", 1)
    known = schema_of(collection)
    if isinstance(found, int) and found > known:
        raise Unavailable(
            "newer_schema",
            f"A newer version of Kilowait wrote this ({collection}: schema {found}, this version knows {known}).",
            retry_after_s=60,
        )

"""The index file of Firestore, from what services query: `firestore.indexes.json`.

By default Firestore indexes every field of every document twice. Here nothing is, unless something asks for it: writes
get faster and smaller, and no document comes near the 40,000 index entries it may have.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from model import paths
from model.store.indexes import Index
from services.indexes import INDEXES
from services.timers.cleaning import EXPIRING
from services.transfer.everything import SHAPES, collection_of

COLLECTIONS = sorted({*(collection_of(shape) for shape in SHAPES), paths.META, *(each.collection for each in INDEXES)})
EXPIRES_AT = "expires_at"


def firestore_indexes_file(_root: Path) -> str:
    """The file's text: see the Cloud Firestore Index Definition Reference."""
    content = {"indexes": composites(INDEXES), "fieldOverrides": list(overrides(INDEXES))}
    return json.dumps(content, indent=2) + "\n"


def composites(indexes: Sequence[Index]) -> list[dict[str, Any]]:
    """One for every declared index of several fields."""
    return [
        {
            "collectionGroup": index.collection,
            "queryScope": _scope(index),
            "fields": [{"fieldPath": field.removeprefix("-"), "order": _order(field)} for field in index.fields],
        }
        for index in indexes
        if len(index.fields) > 1
    ]


def overrides(indexes: Sequence[Index]) -> Iterator[dict[str, Any]]:
    """For each collection: nothing (`*`), then each field that is asked for alone."""
    expiring = {collection for collection, _ in EXPIRING}
    for collection in COLLECTIONS:
        yield {"collectionGroup": collection, "fieldPath": "*", "indexes": []}
        alone = [index for index in indexes if index.collection == collection and len(index.fields) == 1]
        for field in sorted({index.fields[0].removeprefix("-") for index in alone}):
            wanted = [
                {"order": _order(index.fields[0]), "queryScope": _scope(index)}
                for index in alone
                if index.fields[0].removeprefix("-") == field
            ]
            life = {"ttl": True} if field == EXPIRES_AT and collection in expiring else {}
            yield {"collectionGroup": collection, "fieldPath": field, **life, "indexes": wanted}


def _scope(index: Index) -> str:
    return "COLLECTION_GROUP" if index.group else "COLLECTION"


def _order(field: str) -> str:
    return "DESCENDING" if field.startswith("-") else "ASCENDING"

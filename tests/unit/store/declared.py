"""Firestore's own rules about an index file: which queries it serves, and how many entries a document makes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from model.store.paths import group_of
from model.store.port import Query

FILE = Path(__file__).parents[3] / "firestore.indexes.json"
Field = tuple[str, str]
"""A field's path, and ASCENDING or DESCENDING."""


class Declared:
    """``composites`` by collection and scope; ``singles``: what a field alone is indexed by, where that is said."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.composites: dict[tuple[str, str], list[list[Field]]] = {}
        for index in content["indexes"]:
            fields = [(field["fieldPath"], field["order"]) for field in index["fields"]]
            self.composites.setdefault((index["collectionGroup"], index["queryScope"]), []).append(fields)
        self.singles = {
            (override["collectionGroup"], override["fieldPath"]): {
                (index["queryScope"], index["order"]) for index in override["indexes"]
            }
            for override in content["fieldOverrides"]
        }
        self.lives = {
            (override["collectionGroup"], override["fieldPath"])
            for override in content["fieldOverrides"]
            if override.get("ttl")
        }

    @classmethod
    def here(cls) -> Self:
        return cls(json.loads(FILE.read_text("utf-8")))

    def single(self, collection: str, field: str) -> set[tuple[str, str]]:
        """The nearest word on a field: on itself, on a map it lies in, on all fields, or the default."""
        while field:
            if (collection, field) in self.singles:
                return self.singles[collection, field]
            field = field.rpartition(".")[0]
        return self.singles.get((collection, "*"), {("COLLECTION", "ASCENDING"), ("COLLECTION", "DESCENDING")})

    def serves(self, query: Query) -> bool:
        """Without an index Firestore refuses; one of several equalities alone may be joined from single fields."""
        collection, scope = group_of(query.collection), "COLLECTION_GROUP" if query.group else "COLLECTION"
        ordered = [(order.field, "DESCENDING" if order.descending else "ASCENDING") for order in query.orders]
        equal = {one.field for one in query.where if one.op in {"==", "in"}} - {field for field, _ in ordered}
        singles = {field: self.single(collection, field) for field in equal}
        if not ordered and all(any(there == scope for there, _ in kinds) for kinds in singles.values()):
            return True
        if not equal and len(ordered) == 1:
            ((field, direction),) = ordered
            return (scope, direction) in self.single(collection, field)
        return any(
            {field for field, _ in fields[: len(equal)]} == equal and fields[len(equal) :] == ordered
            for fields in self.composites.get((collection, scope), [])
        )

    def entries(self, path: str, data: dict[str, Any]) -> int:
        """Index entries of one document."""
        collection = group_of(path.rpartition("/")[0])
        values = list(_fields(data))
        there = {field for field, _ in values}
        alone = sum(len(self.single(collection, field)) * copies for field, copies in values)
        together = sum(
            {field for field, _ in fields} <= there
            for (group, _), composites in self.composites.items()
            if group == collection
            for fields in composites
        )
        return alone + together


def _fields(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every field and field of a map, and how often a list makes it be indexed."""
    for name, value in data.items():
        yield prefix + name, 1 + (len(value) if isinstance(value, list) else 0)
        if isinstance(value, dict):
            yield from _fields(value, f"{prefix}{name}.")

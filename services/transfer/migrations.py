"""Services: every change of a document's shape there ever was, as a pure function from one schema to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model import paths
from model.schemas import check_schema, schema_of

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Migration:
    """From schema ``to - 1`` of a collection to ``to``. ``change`` may be handed what it made before."""

    collection: str
    to: int
    change: Callable[[Data], Data]


def _only_pending_is_indexed(data: Data) -> Data:
    """A decision without pending effects had ``pending_since`` null, so that the index of what is pending held all."""
    if data.get("pending_since") is not None:
        return data
    return {name: value for name, value in data.items() if name != "pending_since"}


MIGRATIONS = (Migration(paths.DECISIONS, 2, _only_pending_is_indexed),)
"""In the order in which they run."""


class Unmigratable(ValueError):
    """A document's schema is no number."""


def is_behind(collection: str, data: Data) -> bool:
    """Whether a document is of an older schema. Raises as :func:`current`."""
    check_schema(collection, data)
    found = data.get("schema", 1)
    if type(found) is not int or found < 1:
        raise Unmigratable(f"its schema is {found!r}, which is no number")
    return found < schema_of(collection)


def current(collection: str, data: Data) -> Data:
    """The document in today's schema. Raises ``Unavailable`` for a newer one, :class:`Unmigratable`."""
    if not is_behind(collection, data):
        return data
    for migration in MIGRATIONS:
        if migration.collection == collection and data.get("schema", 1) < migration.to:
            data = {**migration.change(data), "schema": migration.to}
    return data

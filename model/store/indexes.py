"""Model room: which queries the application makes, declared so that a store can index them."""

from dataclasses import dataclass

from model.store.errors import InvalidQuery
from model.store.ordering import is_field
from model.store.paths import check_segment


@dataclass(frozen=True, slots=True, init=False)
class Index:
    """An index of all collections named `collection` on `fields`, in the order they are used.

    Fields compared with `==` come first, then those ordered by; a `-` before a field means
    descending (`Index("sessions", "user_id", "-started_at", group=True)`). `group` serves queries
    with `group`; without it the index serves queries of one collection at a time.
    """

    collection: str
    fields: tuple[str, ...]
    group: bool

    def __init__(self, collection: str, *fields: str, group: bool = False) -> None:
        check_segment(collection, collection)
        if not fields or not all(is_field(field.removeprefix("-")) for field in fields):
            raise InvalidQuery(f"an index of {collection} needs fields that can be ordered by")
        object.__setattr__(self, "collection", collection)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "group", group)

"""Model room: a query turned into comparisons of sort keys, for adapters without an engine."""

from collections.abc import Iterable

from model.store.document import Document
from model.store.ordering import MISSING, field_of, sort_key, type_bounds
from model.store.paths import path_key
from model.store.query import Filter, Query


def select(query: Query, candidates: Iterable[Document]) -> list[Document]:
    """Return the documents of the queried collection that match, in order, bounded by `limit`."""
    found = [document for document in candidates if _matches(query, document)]
    orders = query.orders
    last_descending = bool(orders) and orders[-1].descending
    # Sorting is stable: by the least important key first.
    found.sort(key=lambda document: path_key(document.path), reverse=last_descending)
    for order in reversed(orders):
        found.sort(key=lambda document, name=order.field: _key(document, name), reverse=order.descending)  # type: ignore[misc]
    if query.after is not None:
        after = query.after
        found = [document for document in found if _is_behind(query, document, after)]
    return found[: query.limit]


def _key(document: Document, field: str) -> str:
    return sort_key(field_of(document.data, field))


def _matches(query: Query, document: Document) -> bool:
    if any(field_of(document.data, order.field) is MISSING for order in query.orders):
        return False
    return all(_holds(condition, document) for condition in query.where)


def _holds(condition: Filter, document: Document) -> bool:
    value = field_of(document.data, condition.field)
    if value is MISSING:
        return False
    key = sort_key(value)
    if condition.op == "in":
        return any(key == sort_key(wanted) for wanted in condition.value)
    wanted = sort_key(condition.value)
    first, beyond = type_bounds(wanted)
    match condition.op:
        case "==":
            return key == wanted
        case "<":
            return first <= key < wanted
        case "<=":
            return first <= key <= wanted
        case ">":
            return wanted < key < beyond
        case _:
            return wanted <= key < beyond


def _is_behind(query: Query, document: Document, after: Document) -> bool:
    descending = False
    for order in query.orders:
        descending = order.descending
        mine, theirs = _key(document, order.field), _key(after, order.field)
        if mine != theirs:
            return (mine < theirs) if descending else (mine > theirs)
    mine, theirs = path_key(document.path), path_key(after.path)
    return (mine < theirs) if descending else (mine > theirs)

"""Model room: a checked query as Firestore's own message."""

from typing import Any

from google.cloud.firestore_v1.types import query as messages

from model.store.firestore_values import encode
from model.store.ordering import field_of
from model.store.query import Filter, Query

NAME = "__name__"
"""Firestore's name for a document's path in orders and cursors."""

_StructuredQuery = messages.StructuredQuery
_Operator = _StructuredQuery.FieldFilter.Operator
_OPERATORS = {
    "==": _Operator.EQUAL,
    "<": _Operator.LESS_THAN,
    "<=": _Operator.LESS_THAN_OR_EQUAL,
    ">": _Operator.GREATER_THAN,
    ">=": _Operator.GREATER_THAN_OR_EQUAL,
    "in": _Operator.IN,
}
_ASCENDING, _DESCENDING = _StructuredQuery.Direction.ASCENDING, _StructuredQuery.Direction.DESCENDING


def parent_of(query: Query, root: str) -> str:
    """Return the name of the document above the queried collection; `root` ends with a slash."""
    if query.group:
        return root.removesuffix("/")
    return (root + query.collection).rpartition("/")[0]


def structured(query: Query, root: str) -> Any:
    """Return the engine's message. Documents are always ordered by name last, in the direction of the last order."""
    message = _StructuredQuery.pb()()
    source = message.from_.add()
    source.collection_id = query.collection.rpartition("/")[2]
    source.all_descendants = query.group
    for condition in query.where:
        _add_filter(condition, message.where.composite_filter)
    descending = False
    for order in query.orders:
        descending = order.descending
        _add_order(message, order.field, descending=descending)
    _add_order(message, NAME, descending=descending)
    if query.after is not None:
        message.start_at.before = False
        for order in query.orders:
            encode(field_of(query.after.data, order.field), message.start_at.values.add())
        message.start_at.values.add().reference_value = root + query.after.path
    if query.limit is not None:
        message.limit.value = query.limit
    return message


def _add_order(message: Any, field: str, *, descending: bool) -> None:
    order = message.order_by.add()
    order.field.field_path = field
    order.direction = _DESCENDING if descending else _ASCENDING


def _add_filter(condition: Filter, into: Any) -> None:
    into.op = _StructuredQuery.CompositeFilter.Operator.AND
    added = into.filters.add()
    if condition.value is None:
        added.unary_filter.field.field_path = condition.field
        added.unary_filter.op = _StructuredQuery.UnaryFilter.Operator.IS_NULL
        return
    added.field_filter.field.field_path = condition.field
    added.field_filter.op = _OPERATORS[condition.op]
    value = list(condition.value) if condition.op == "in" else condition.value
    encode(value, added.field_filter.value)

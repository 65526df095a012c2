"""Model room: queries as values, and the rules that hold for them on every adapter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from model.store.document import Document
from model.store.errors import InvalidPath, InvalidQuery
from model.store.ordering import MISSING, field_of, is_field
from model.store.paths import check_collection, check_segment
from model.store.values import INT_MAX, INT_MIN

Operator = Literal["==", "<", "<=", ">", ">=", "in"]

RANGES = frozenset({"<", "<=", ">", ">="})
OPERATORS = RANGES | {"==", "in"}
IN_LIMIT = 30
"""Firestore's bound on the values of one `in`."""
FILTER_BYTES = 1499
"""Firestore indexes only 1,500 bytes of a text, so one that long or longer cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`field op value`; `field` may be dotted (`connection.bridge_id`), `value` is a scalar.

    For `in`, `value` is a sequence of 1 to 30 scalars, none of them None.
    """

    field: str
    op: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by `field`, smallest first unless `descending`."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which documents of one collection to read, and in which order.

    `collection` is a path with an odd number of segments (`locations/l/decisions`), or one name
    with `group` (`decisions`). All filters must hold. `after` is the last document already seen.
    """

    collection: str
    where: tuple[Filter, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    after: Document | None = None
    group: bool = False

    @property
    def orders(self) -> tuple[Order, ...]:
        """`order_by`, or the order a range filter implies."""
        if self.order_by:
            return self.order_by
        return next(((Order(f.field),) for f in self.where if f.op in RANGES), ())


def check_query(query: Query) -> None:
    """Raise `InvalidQuery` or `InvalidPath` unless every adapter can answer `query` alike."""
    if query.group:
        try:
            check_segment(query.collection, query.collection)
        except InvalidPath as error:
            raise InvalidQuery(f"a group is one collection name, not {query.collection!r}") from error
    else:
        check_collection(query.collection)
    if query.limit is not None and (type(query.limit) is not int or query.limit < 1):
        raise InvalidQuery(f"limit must be a positive whole number, not {query.limit!r}")
    for condition in query.where:
        _check_filter(condition)
    _check_orders(query)
    if query.after is not None:
        _check_cursor(query, query.after)


def _check_filter(condition: Filter) -> None:
    _check_field(condition.field)
    if condition.op not in OPERATORS:
        raise InvalidQuery(f"{condition.op!r} is no operator")
    if condition.op == "in":
        values = condition.value
        if not isinstance(values, Sequence) or isinstance(values, str | bytes):
            raise InvalidQuery("the value of `in` must be a list")
        if not 1 <= len(values) <= IN_LIMIT:
            raise InvalidQuery(f"`in` takes 1 to {IN_LIMIT} values, not {len(values)}")
        for value in values:
            _check_value(condition, value, null_allowed=False)
    else:
        _check_value(condition, condition.value, null_allowed=condition.op == "==")


def _check_field(name: str) -> None:
    if not is_field(name):
        raise InvalidQuery(f"{name!r} is no field that can be filtered or ordered by")


def _check_value(condition: Filter, value: object, *, null_allowed: bool) -> None:
    reason = None
    if value is None:
        reason = None if null_allowed else "only == can ask for null"
    elif isinstance(value, datetime):
        if value.utcoffset() != timedelta(0):
            reason = "a datetime must be aware and in UTC"
    elif type(value) is str:
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            reason = "the text is not valid Unicode"
        else:
            reason = None if size <= FILTER_BYTES else f"text is above {FILTER_BYTES} bytes"
    elif type(value) is bytes:
        reason = None if len(value) <= FILTER_BYTES else f"bytes are above {FILTER_BYTES}"
    elif type(value) is int:
        reason = None if INT_MIN <= value <= INT_MAX else "the number is beyond 64 bits"
    elif type(value) is float:
        reason = None if math.isfinite(value) else "the number is not finite"
    elif type(value) is not bool:
        reason = f"a {type(value).__name__} cannot be compared"
    if reason is not None:
        raise InvalidQuery(f"{condition.field} {condition.op}: {reason}")


def _check_orders(query: Query) -> None:
    names = [order.field for order in query.order_by]
    for name in names:
        _check_field(name)
    if len(set(names)) != len(names):
        raise InvalidQuery("the same field is ordered by twice")
    ranged = {condition.field for condition in query.where if condition.op in RANGES}
    if len(ranged) > 1:
        raise InvalidQuery(f"only one field can have a range, not {', '.join(sorted(ranged))}")
    if ranged and names and names[0] not in ranged:
        raise InvalidQuery(f"a range on {ranged.pop()} must be ordered by it first")


def _check_cursor(query: Query, after: Document) -> None:
    inside = after.collection.rpartition("/")[2] if query.group else after.collection
    if inside != query.collection:
        raise InvalidQuery(f"the cursor {after.path} is not of {query.collection}")
    for order in query.orders:
        if field_of(after.data, order.field) is MISSING:
            raise InvalidQuery(f"the cursor {after.path} lacks {order.field}")

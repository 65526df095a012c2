"""Model room: a checked query as one SQL statement over the `keys` column."""

from typing import Any

from model.store.indexes import Index
from model.store.ordering import field_of, sort_key, type_bounds
from model.store.paths import path_key
from model.store.query import Filter, Query

PATH_KEY = "replace(collection || '/' || id, '/', char(1))"
"""In SQL what `path_key` is in Python."""


def field_key(field: str) -> str:
    """Return the SQL expression of a field's sort key, NULL where the field is missing.

    Field names are letters, digits, underscores and dots (`is_field`), so they need no quoting.
    """
    return f"json_extract(keys, '$.\"{field}\"')"


def group_is(name: str) -> str:
    """Return the condition that selects collections by name, a literal as partial indexes need."""
    quoted = name.replace("'", "''")
    return f"name = '{quoted}'"


def index_columns(index: Index) -> tuple[str, str]:
    """Return (columns, condition) for `CREATE INDEX … ON documents (columns) WHERE condition`."""
    columns = [] if index.group else ["collection"]
    conditions = [group_is(index.collection)]
    direction = ""
    for field in index.fields:
        direction = " DESC" if field.startswith("-") else ""
        key = field_key(field.removeprefix("-"))
        columns.append(key + direction)
        conditions.append(f"{key} IS NOT NULL")
    columns.append((PATH_KEY if index.group else "id") + direction)
    return ", ".join(columns), " AND ".join(conditions)


def statement(query: Query) -> tuple[str, list[Any]]:
    """Return (SQL, parameters) that selects collection, id and data of what matches, in order."""
    group = query.collection.rpartition("/")[2]
    conditions = [group_is(group)]
    parameters: list[Any] = []
    if not query.group:
        conditions.append("collection = ?")
        parameters.append(query.collection)
    for condition in query.where:
        _add_filter(condition, conditions, parameters)
    conditions += [f"{field_key(order.field)} IS NOT NULL" for order in query.orders]
    _add_cursor(query, conditions, parameters)
    terms = [field_key(order.field) + _direction(order.descending) for order in query.orders]
    terms.append(_tie(query) + _direction(_last_descending(query)))
    matching, order = " AND ".join(conditions), ", ".join(terms)
    # Names in it are checked, values are parameters.
    sql = f"SELECT collection, id, data FROM documents WHERE {matching} ORDER BY {order}"  # noqa: S608
    if query.limit is not None:
        sql += " LIMIT ?"
        parameters.append(query.limit)
    return sql, parameters


def _tie(query: Query) -> str:
    return PATH_KEY if query.group else "id"


def _direction(descending: bool) -> str:  # noqa: FBT001 - private
    return " DESC" if descending else ""


def _last_descending(query: Query) -> bool:
    return bool(query.orders) and query.orders[-1].descending


def _add_filter(condition: Filter, conditions: list[str], parameters: list[Any]) -> None:
    key = field_key(condition.field)
    conditions.append(f"{key} IS NOT NULL")
    if condition.op == "in":
        conditions.append(f"{key} IN ({', '.join('?' * len(condition.value))})")
        parameters += [sort_key(value) for value in condition.value]
        return
    wanted = sort_key(condition.value)
    first, beyond = type_bounds(wanted)
    if condition.op == "==":
        conditions.append(f"{key} = ?")
        parameters.append(wanted)
    elif condition.op in {"<", "<="}:
        conditions.append(f"{key} >= ? AND {key} {condition.op} ?")
        parameters += [first, wanted]
    else:
        conditions.append(f"{key} {condition.op} ? AND {key} < ?")
        parameters += [wanted, beyond]


def _add_cursor(query: Query, conditions: list[str], parameters: list[Any]) -> None:
    if query.after is None:
        return
    after = query.after
    terms = [
        (field_key(order.field), sort_key(field_of(after.data, order.field)), order.descending)
        for order in query.orders
    ]
    tie = path_key(after.path) if query.group else after.id
    terms.append((_tie(query), tie, _last_descending(query)))
    # The first term alone lets SQLite enter an index; the alternatives do the exact work.
    first, key, descending = terms[0]
    conditions.append(f"{first} {'<=' if descending else '>='} ?")
    parameters.append(key)
    alternatives = []
    for number, (term, key, descending) in enumerate(terms):
        equal = [f"{earlier} = ?" for earlier, _, _ in terms[:number]]
        parameters += [earlier_key for _, earlier_key, _ in terms[:number]]
        alternatives.append(" AND ".join([*equal, f"{term} {'<' if descending else '>'} ?"]))
        parameters.append(key)
    conditions.append(f"({' OR '.join(alternatives)})")

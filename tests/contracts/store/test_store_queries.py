"""Store contract: which documents a query returns, and in which order."""

from datetime import UTC, datetime

import pytest

from model.store.errors import InvalidPath, InvalidQuery
from model.store.port import Document, Filter, Order, Query, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
IN_ORDER: list[object] = [
    None,
    False,
    True,
    -(2**63),
    -1.5,
    -1,
    0,
    5e-324,
    1,
    1.5,
    2**53,
    2**53 + 1,
    2**63 - 1,
    1e300,
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 21, 11, 59, 59, 999999, tzinfo=UTC),
    NOON,
    "",
    "\x00",
    "\x01",
    "A",
    "a",
    "a\x00",
    "a\x01",
    "aa",
    "é",
    "\uffff",
    "\U0001f50c",
    b"",
    b"\x00",
    b"\xff",
    [],
    {},
]


def ids(store: Store, query: Query) -> list[str]:
    return [document.id for document in store.query(query)]


def where(*conditions: tuple, order: str = "", limit: int | None = None) -> Query:
    orders = tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in order.split())
    return Query("items", tuple(Filter(*one) for one in conditions), orders, limit)


def fill(store: Store, **documents) -> None:
    for name, data in documents.items():
        store.put(f"items/{name}", data)


def test_a_plain_query_returns_the_whole_collection_by_id_and_nothing_else(store: Store) -> None:
    fill(store, b={}, a={"n": 1}, c={})
    store.put("items/a/items/z", {})
    store.put("itemsx/d", {})
    assert ids(store, Query("items")) == ["a", "b", "c"]
    assert store.query(Query("items"))[0] == Document("items/a", {"n": 1})
    assert store.query(Query("nothing")) == []


def test_values_of_all_types_are_ordered_as_specified(store: Store) -> None:
    for number, value in enumerate(reversed(IN_ORDER)):
        store.put(f"items/{number:02}", {"v": value})
    up = [one.data["v"] for one in store.query(where(order="v"))]
    assert [(type(v), v) for v in up] == [(type(v), v) for v in IN_ORDER]
    down = [one.data["v"] for one in store.query(where(order="-v"))]
    assert [(type(v), v) for v in down] == [(type(v), v) for v in reversed(IN_ORDER)]


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("==", 1, ["float", "one"]),
        ("==", 1.0, ["float", "one"]),
        ("==", True, ["true"]),
        ("==", "1", ["text"]),
        ("==", None, ["null"]),
        ("==", b"1", ["bytes"]),
        ("==", NOON, ["noon"]),
        ("<", 2, ["float", "one"]),
        ("<=", 2, ["float", "one", "two"]),
        (">", 1, ["two"]),
        (">=", 1.0, ["float", "one", "two"]),
        ("<", NOON, []),
        ("<=", NOON, ["noon"]),
        (">", "", ["text"]),
        (">=", b"", ["bytes"]),
        (">=", False, ["true"]),
        ("in", [1, "1"], ["float", "one", "text"]),
        ("in", [True], ["true"]),
    ],
)
def test_a_filter_matches_only_its_own_type(store: Store, op: str, value, expected) -> None:
    fill(store, one={"v": 1}, float={"v": 1.0}, two={"v": 2}, true={"v": True}, text={"v": "1"})
    fill(store, null={"v": None}, bytes={"v": b"1"}, noon={"v": NOON}, lacking={}, list={"v": [1]})
    fill(store, map={"v": {"v": 1}})
    assert sorted(ids(store, where(("v", op, value)))) == expected


def test_a_document_that_lacks_an_ordered_field_is_not_returned(store: Store) -> None:
    fill(store, a={"n": 1}, b={}, c={"n": None})
    assert ids(store, where(order="n")) == ["c", "a"]


def test_all_filters_hold_together(store: Store) -> None:
    fill(store, a={"k": "x", "n": 1}, b={"k": "x", "n": 3}, c={"k": "y", "n": 2}, d={"k": "x"})
    assert ids(store, where(("k", "==", "x"), ("n", ">", 0))) == ["a", "b"]
    assert ids(store, where(("k", "==", "x"), ("n", ">", 0), ("n", "<=", 1))) == ["a"]
    assert ids(store, where(("k", "in", ["x", "y"]), ("n", ">=", 2), order="n")) == ["c", "b"]


def test_a_range_orders_by_its_field_unless_told_otherwise(store: Store) -> None:
    fill(store, a={"n": 3}, b={"n": 1}, c={"n": 2})
    assert ids(store, where(("n", ">", 0))) == ["b", "c", "a"]
    assert ids(store, where(("n", ">", 0), order="-n")) == ["a", "c", "b"]


def test_ties_are_broken_by_id_in_the_direction_of_the_last_order(store: Store) -> None:
    fill(store, a={"n": 1, "m": 1}, b={"n": 1, "m": 1}, c={"n": 0, "m": 2})
    assert ids(store, where(order="n")) == ["c", "a", "b"]
    assert ids(store, where(order="-n")) == ["b", "a", "c"]
    assert ids(store, where(order="n -m")) == ["c", "b", "a"]
    assert ids(store, where(order="-n m")) == ["a", "b", "c"]


def test_a_dotted_field_looks_into_maps(store: Store) -> None:
    fill(store, a={"connection": {"bridge_id": "b1"}}, b={"connection": {"bridge_id": "b2"}})
    fill(store, c={"connection": None}, d={"connection.bridge_id": "b1"})
    assert ids(store, where(("connection.bridge_id", "==", "b1"))) == ["a"]
    assert ids(store, where(order="-connection.bridge_id")) == ["b", "a"]


def test_limit_bounds_the_answer(store: Store) -> None:
    fill(store, a={"n": 3}, b={"n": 1}, c={"n": 2})
    assert ids(store, where(order="n", limit=2)) == ["b", "c"]
    assert ids(store, Query("items", limit=1)) == ["a"]


@pytest.mark.parametrize("order", ["", "n", "-n", "n m", "n -m", "-n m", "-n -m"])
@pytest.mark.parametrize("group", [False, True])
def test_pages_by_cursor_join_to_the_whole_answer(store: Store, order: str, group: bool) -> None:
    for number in range(11):
        store.put(f"items/{number:02}", {"n": number % 3, "m": [0, "x", None, 2.5][number % 4]})
    store.put("items/00/items/0", {"n": 1, "m": 2.5})
    orders = tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in order.split())
    whole = store.query(Query("items", order_by=orders, group=group))
    assert len(whole) == (12 if group else 11)
    pages: list[Document] = []
    while page := store.query(
        Query("items", order_by=orders, limit=4, after=pages[-1] if pages else None, group=group)
    ):
        pages += page
    assert pages == whole


def test_a_cursor_works_when_its_document_has_gone(store: Store) -> None:
    fill(store, a={"n": 1}, b={"n": 2}, c={"n": 3})
    first = store.query(where(order="n", limit=2))[-1]
    store.delete("items/b")
    assert ids(store, Query("items", order_by=(Order("n"),), after=first)) == ["c"]


def test_a_group_reads_all_collections_of_the_name_in_path_order(store: Store) -> None:
    for path in ("locations/a/s/1", "locations/a-b/s/0", "s/x", "users/u/s/9", "users/u/t/1"):
        store.put(path, {"n": 1, "path": path})
    store.put("locations/a/s/1/s/0", {"n": 0, "path": ""})
    found = store.query(Query("s", order_by=(Order("n", descending=True),), group=True))
    assert [one.path for one in found] == [
        "users/u/s/9",
        "s/x",
        "locations/a-b/s/0",
        "locations/a/s/1",
        "locations/a/s/1/s/0",
    ]
    found = store.query(Query("s", (Filter("n", "==", 1),), group=True, limit=2))
    assert [one.path for one in found] == ["locations/a/s/1", "locations/a-b/s/0"]


def test_long_text_is_ordered_by_its_beginning_and_never_equals_a_short_one(store: Store) -> None:
    fill(store, a={"v": "x" * 1499}, b={"v": "x" * 1501}, c={"v": "x" * 5000 + "y"}, d={"v": "y"})
    assert ids(store, where(order="v")) == ["a", "b", "c", "d"]
    assert ids(store, where(("v", "==", "x" * 1499))) == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        where(("a", ">", 1), ("b", "<", 2)),
        where(("a", ">", 1), order="b"),
        where(("a", ">", 1), order="b a"),
        where(order="a a"),
        where(("a", "!=", 1)),
        where(("a", "in", [])),
        where(("a", "in", list(range(31)))),
        where(("a", "in", "text")),
        where(("a", "in", [None])),
        where(("a", "<", None)),
        where(("a", "==", [1])),
        where(("a", "==", {})),
        where(("a", "==", float("nan"))),
        where(("a", "==", 2**63)),
        where(("a", "==", "x" * 1500)),
        where(("a", "==", "\ud800")),
        where(("a", "<", datetime(2026, 11, 21))),  # noqa: DTZ001 - naive on purpose
        where(("a b", "==", 1)),
        where(("a'b", "==", 1)),
        where(("", "==", 1)),
        where((".a", "==", 1)),
        where(order="a\"')"),
        Query("items", limit=0),
        Query("items", limit=-1),
        Query("items/a/x", group=True),
        Query("items", order_by=(Order("n"),), after=Document("items/a", {})),
        Query("items", after=Document("other/a", {})),
        Query("items", after=Document("items/a/items/b", {})),
    ],
)
def test_a_query_that_some_engine_could_not_answer_is_refused(store: Store, query: Query) -> None:
    with pytest.raises(InvalidQuery):
        store.query(query)
    with pytest.raises(InvalidQuery):
        store.transact(lambda transaction: transaction.query(query))


@pytest.mark.parametrize("collection", ["", "items/a", "items//x", "../x/y", None])
def test_a_query_needs_a_collection(store: Store, collection) -> None:
    with pytest.raises(InvalidPath):
        store.query(Query(collection))


def test_a_collection_name_with_a_quote_is_only_a_name(store: Store) -> None:
    store.put("o'items/a", {"n": 1})
    assert ids(store, Query("o'items", (Filter("n", "==", 1),))) == ["a"]
    assert ids(store, Query("o'items", group=True)) == ["a"]

"""Store contract: what a document may hold, and what is refused."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from model.store.errors import DocumentTooLarge, InvalidDocument, TransactionTooLarge
from model.store.port import Store

LIMIT_BYTES = 1_048_576
FIELD_BYTES = 1_048_487


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        1,
        -(2**63),
        2**63 - 1,
        0.0,
        1.0,
        -2.5,
        1.7976931348623157e308,
        5e-324,
        "",
        "text",
        "Zoë 充電 🔌",
        "nul \x00 one \x01 two \x02",
        b"",
        bytes(range(256)),
        datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        [],
        [1, "a", None, {"b": [2]}],
        {},
        {"1": {"deep": {"er": b"x"}}, "a.b": 1, "with space": 2, "$t": "x"},
    ],
)
def test_a_value_comes_back_equal_and_of_the_same_type(store: Store, value) -> None:
    store.put("users/a", {"value": value})
    found = store.get("users/a")
    assert found is not None
    assert found.data == {"value": value}
    assert type(found.data["value"]) is type(value)


def test_a_datetime_comes_back_in_utc_to_the_microsecond(store: Store) -> None:
    store.put("users/a", {"at": datetime(2026, 11, 21, 10, 0, 0, 1, tzinfo=ZoneInfo("UTC"))})
    found = store.get("users/a")
    assert found is not None
    assert found.data["at"].tzinfo is UTC
    assert found.data["at"].microsecond == 1


def test_the_order_of_fields_does_not_matter_but_every_field_is_kept(store: Store) -> None:
    store.put("users/a", OrderedDict([("b", 1), ("a", 2)]))
    found = store.get("users/a")
    assert found is not None
    assert found.data == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        2**63,
        -(2**63) - 1,
        "\ud800",
        datetime(2026, 11, 21),  # noqa: DTZ001 - naive on purpose
        datetime(2026, 11, 21, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 11, 21, tzinfo=UTC).date(),
        timedelta(1),
        Decimal(1),
        (1, 2),
        {1},
        bytearray(b"x"),
        object(),
        Colour.RED,
        [[1]],
        [1, {"a": [[1]]}],
        {1: "a"},
        {"": 1},
        {"__a__": 1},
        {"\ud800": 1},
        {"x" * 1501: 1},
    ],
)
def test_anything_else_is_refused_and_nothing_is_written(store: Store, value) -> None:
    for verb in (store.put, store.create):
        with pytest.raises(InvalidDocument) as caught:
            verb("users/a", {"deep": {"value": value}})
        assert "users/a" in str(caught.value)
        assert "deep" in caught.value.field
    with pytest.raises(InvalidDocument):
        store.transact(lambda transaction: transaction.put("users/a", {"value": value}))
    assert store.get("users/a") is None


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_a_document_that_is_no_map_is_refused(store: Store, data) -> None:
    with pytest.raises(InvalidDocument):
        store.put("users/a", data)


def nested(levels: int) -> dict:
    return {"n": nested(levels - 1)} if levels else {}


def test_maps_lie_at_most_twenty_deep(store: Store) -> None:
    store.put("users/a", nested(20))
    with pytest.raises(InvalidDocument):
        store.put("users/a", nested(21))


def test_a_map_that_holds_itself_is_refused(store: Store) -> None:
    data: dict = {}
    data["self"] = data
    with pytest.raises(InvalidDocument):
        store.put("users/a", data)


def size_of_rest(path: str, *fields: str) -> int:
    return len(path) + 1 + 16 + 32 + sum(len(field) + 1 for field in fields)


def test_a_document_of_one_mebibyte_fits_and_one_byte_more_does_not(store: Store) -> None:
    path, small = "locations/l", b"x" * 1000
    room = LIMIT_BYTES - size_of_rest(path, "body", "rest") - len(small)
    store.put(path, {"body": b"x" * room, "rest": small})
    found = store.get(path)
    assert found is not None
    assert len(found.data["body"]) == room
    with pytest.raises(DocumentTooLarge) as caught:
        store.put(path, {"body": b"x" * (room + 1), "rest": small})
    assert caught.value.size_bytes == LIMIT_BYTES + 1
    with pytest.raises(DocumentTooLarge):
        store.put(path, {"body": "é" * (room // 2 + 1), "rest": small})


@pytest.mark.parametrize("value", [b"x" * FIELD_BYTES, "x" * (FIELD_BYTES - 1)])
def test_one_field_may_be_89_bytes_short_of_a_mebibyte_and_no_larger(store: Store, value) -> None:
    store.put("a/b", {"n": value})
    found = store.get("a/b")
    assert found is not None
    assert found.data["n"] == value
    with pytest.raises(DocumentTooLarge) as caught:
        store.put("a/b", {"n": value + value[:1]})
    assert (caught.value.size_bytes, caught.value.limit_bytes) == (FIELD_BYTES + 1, FIELD_BYTES)


def test_the_writes_of_one_transaction_have_a_bound(store: Store) -> None:
    def body(transaction) -> None:
        for number in range(12):
            transaction.put(f"users/{number}", {"body": b"x" * 1_000_000})

    with pytest.raises(TransactionTooLarge):
        store.transact(body)
    assert store.get("users/0") is None

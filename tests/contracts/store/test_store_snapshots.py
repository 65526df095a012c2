"""A moment of a store stays as it was, whoever writes meanwhile."""

import pytest

from model.store.errors import InvalidPath, InvalidQuery, NotAllowedInTransaction
from model.store.port import Document, Query, Store


def test_a_snapshot_does_not_see_what_is_written_after_it_was_opened(store: Store) -> None:
    store.put("a/1", {"n": 1})
    store.put("a/2", {"n": 2})
    with store.snapshot() as still:
        store.put("a/1", {"n": 10})
        store.delete("a/2")
        store.create("a/3", {"n": 3})
        assert still.query(Query("a")) == [Document("a/1", {"n": 1}), Document("a/2", {"n": 2})]
        assert still.get("a/1") == Document("a/1", {"n": 1})
        assert still.get_many(["a/3", "a/2"]) == [None, Document("a/2", {"n": 2})]
    assert [found.data["n"] for found in store.query(Query("a"))] == [10, 3]


def test_a_snapshot_begins_when_it_is_opened_not_at_its_first_read(store: Store) -> None:
    with store.snapshot() as still:
        store.create("a/1", {})
        assert still.get("a/1") is None
    with store.snapshot() as still:
        assert still.get("a/1") == Document("a/1", {})


def test_a_snapshot_is_of_one_transaction_or_of_none(store: Store) -> None:
    store.put("a/1", {"n": 1})
    store.put("b/1", {"n": 1})
    with store.snapshot() as still:
        first = still.get("a/1")
        store.transact(lambda tx: [tx.put(path, {"n": 2}) for path in ("a/1", "b/1")])
        second = still.get("b/1")
    assert first is not None
    assert second is not None
    assert first.data == second.data == {"n": 1}


def test_what_a_snapshot_gives_is_a_copy(store: Store) -> None:
    store.put("a/1", {"m": {"n": 1}})
    with store.snapshot() as still:
        (found,) = still.query(Query("a"))
        found.data["m"]["n"] = 2
        assert still.get("a/1") == Document("a/1", {"m": {"n": 1}})
    assert store.get("a/1") == Document("a/1", {"m": {"n": 1}})


def test_a_snapshot_checks_as_its_store_does(store: Store) -> None:
    with store.snapshot() as still:
        with pytest.raises(InvalidPath):
            still.get("a")
        with pytest.raises(InvalidQuery):
            still.query(Query("a", limit=0))


def test_a_snapshot_cannot_be_opened_in_a_transaction(store: Store) -> None:
    with pytest.raises(NotAllowedInTransaction):
        store.transact(lambda _: store.snapshot())

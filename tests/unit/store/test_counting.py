"""The counting store counts documents as Firestore bills them."""

import threading
from collections.abc import Callable

import pytest

from model.store.counting import Count, CountingStore
from model.store.errors import AlreadyExists
from model.store.memory import MemoryStore
from model.store.port import Document, Query
from model.store.transact import Retry


@pytest.fixture
def store() -> CountingStore:
    counting = CountingStore(MemoryStore(Retry(sleep=lambda _: None)))
    for number in range(3):
        counting.inner.put(f"items/{number}", {"n": number})
    return counting


def in_transaction(verb: Callable) -> Callable[[CountingStore], object]:
    return lambda store: store.transact(verb)


READS = [
    (lambda one: one.get("items/0"), 1),
    (lambda one: one.get("items/none"), 1),
    (lambda one: one.get_many(["items/0", "items/none", "items/0"]), 2),
    (lambda one: one.get_many([]), 0),
    (lambda one: one.query(Query("items")), 3),
    (lambda one: one.query(Query("items", limit=2)), 2),
    (lambda one: one.query(Query("nothing")), 1),
]


@pytest.mark.parametrize(("verb", "reads"), READS)
def test_reads_are_counted_in_and_outside_transactions(store: CountingStore, verb, reads: int) -> None:
    with store.measure() as plain:
        verb(store)
    assert plain == Count(reads=reads)
    with store.measure() as inside:
        store.transact(verb)
    assert inside == Count(reads=reads, attempts=1, commits=1)


def test_writes_and_deletes_are_counted_apart(store: CountingStore) -> None:
    with store.measure() as count:
        store.put("items/0", {})
        store.create("items/new", {})
        store.delete("items/1")
    assert count == Count(writes=2, deletes=1)


def test_only_committed_writes_count(store: CountingStore) -> None:
    def stopped(transaction) -> None:
        transaction.get("items/0")
        transaction.put("items/0", {})
        raise LookupError

    with store.measure() as count:
        with pytest.raises(LookupError):
            store.transact(stopped)
        with pytest.raises(AlreadyExists):
            store.create("items/0", {})
        with pytest.raises(AlreadyExists):
            store.transact(lambda transaction: transaction.create("items/0", {}))
    assert count == Count(reads=1, attempts=2)


def test_the_reads_of_lost_attempts_count_but_their_writes_do_not(store: CountingStore) -> None:
    inner = store.inner
    assert isinstance(inner, MemoryStore)
    runs = []

    def body(transaction) -> None:
        runs.append(1)
        transaction.get("items/0")
        if len(runs) < 3:
            inner.attempt(lambda other: other.put("items/0", {"n": len(runs)}))
        transaction.put("items/1", {})
        transaction.delete("items/2")

    with store.measure() as count:
        store.transact(body)
    assert count == Count(reads=3, writes=1, deletes=1, attempts=3, commits=1)


def test_measures_nest_and_the_total_goes_on(store: CountingStore) -> None:
    with store.measure() as outer:
        store.get("items/0")
        with store.measure() as inner:
            store.get("items/0")
        store.get("items/0")
    store.get("items/0")
    assert (outer.reads, inner.reads, store.total.reads) == (3, 1, 4)


def test_a_measure_covers_all_threads_or_only_its_own(store: CountingStore) -> None:
    with store.measure() as everywhere, store.measure(this_thread=True) as here:
        thread = threading.Thread(target=store.get, args=("items/0",))
        thread.start()
        thread.join()
        store.get("items/0")
    assert (everywhere.reads, here.reads) == (2, 1)


def test_every_verb_reaches_the_inner_store(store: CountingStore) -> None:
    assert store.get("items/1") == Document("items/1", {"n": 1})
    assert store.get_many(iter(["items/2", "items/x"])) == [Document("items/2", {"n": 2}), None]
    assert len(store.query(Query("items"))) == 3
    store.create("items/3", {"n": 3})
    store.put("items/3", {"n": 4})
    store.delete("items/0")

    def body(transaction) -> str:
        transaction.create("items/5", {})
        transaction.put("items/6", {})
        transaction.delete("items/1")
        return "done"

    assert store.transact(body) == "done"
    assert [one.id for one in store.inner.query(Query("items"))] == ["2", "3", "5", "6"]
    store.close()

"""Store contract: transactions are all or nothing, serializable, and tried again."""

import threading
from collections.abc import Callable

import pytest

from model.store.errors import AlreadyExists, NotAllowedInTransaction, ReadAfterWrite
from model.store.port import Document, Filter, Order, Query, Store, Transaction

THREADS = 8


def together(*bodies: Callable[[], object]) -> list[BaseException | None]:
    """Run the bodies in threads that start at once; return what each raised."""
    raised: list[BaseException | None] = [None] * len(bodies)
    start = threading.Barrier(len(bodies))

    def run(number: int) -> None:
        start.wait(10)
        try:
            bodies[number]()
        except Exception as error:  # noqa: BLE001 - handed to the test
            raised[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def test_transact_returns_what_the_body_returns_and_writes_all(store: Store) -> None:
    store.put("users/old", {"n": 1})

    def body(transaction: Transaction) -> str:
        old, none = transaction.get_many(["users/old", "users/none"])
        assert old == Document("users/old", {"n": 1})
        assert none is None
        assert transaction.get("users/none") is None
        assert [one.id for one in transaction.query(Query("users"))] == ["old"]
        transaction.create("users/new", {"n": 2})
        transaction.put("users/put", {"n": 3})
        transaction.delete("users/old")
        return "done"

    assert store.transact(body) == "done"
    assert [one.id for one in store.query(Query("users"))] == ["new", "put"]


READS: list[Callable[[Transaction], object]] = [
    lambda transaction: transaction.get("users/a"),
    lambda transaction: transaction.get_many(["users/a"]),
    lambda transaction: transaction.query(Query("users")),
]
WRITES: list[Callable[[Transaction], object]] = [
    lambda transaction: transaction.create("users/b", {}),
    lambda transaction: transaction.put("users/b", {}),
    lambda transaction: transaction.delete("users/b"),
]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("write", WRITES)
def test_a_read_after_a_write_is_refused(store: Store, read, write) -> None:
    def body(transaction: Transaction) -> None:
        write(transaction)
        read(transaction)

    with pytest.raises(ReadAfterWrite):
        store.transact(body)
    assert store.query(Query("users")) == []


def test_an_exception_of_the_body_comes_out_unchanged_and_writes_nothing(store: Store) -> None:
    store.put("users/a", {"n": 1})
    wrong = LookupError("no")

    def body(transaction: Transaction) -> None:
        transaction.put("users/a", {"n": 2})
        transaction.create("users/b", {})
        transaction.delete("users/a")
        raise wrong

    with pytest.raises(LookupError) as caught:
        store.transact(body)
    assert caught.value is wrong
    assert store.query(Query("users")) == [Document("users/a", {"n": 1})]
    store.put("users/c", {})


def test_a_create_that_meets_a_document_writes_nothing_and_is_not_tried_again(store: Store) -> None:
    store.put("users/there", {})
    runs = []

    def body(transaction: Transaction) -> None:
        runs.append(1)
        transaction.put("users/first", {})
        transaction.create("users/there", {"n": 1})
        transaction.put("users/last", {})

    with pytest.raises(AlreadyExists) as caught:
        store.transact(body)
    assert caught.value.path == "users/there"
    assert len(runs) == 1
    assert store.query(Query("users")) == [Document("users/there", {})]


def test_writes_are_applied_in_order(store: Store) -> None:
    def body(transaction: Transaction) -> None:
        transaction.create("users/a", {"n": 1})
        transaction.put("users/a", {"n": 2})
        transaction.put("users/b", {"n": 1})
        transaction.delete("users/b")
        transaction.create("users/b", {"n": 3})

    store.transact(body)
    assert store.query(Query("users")) == [Document("users/a", {"n": 2}), Document("users/b", {"n": 3})]

    def twice(transaction: Transaction) -> None:
        transaction.put("users/c", {})
        transaction.create("users/c", {})

    with pytest.raises(AlreadyExists):
        store.transact(twice)
    assert store.get("users/c") is None


def test_a_transaction_ends_with_its_body(store: Store) -> None:
    kept: list[Transaction] = []
    store.transact(kept.append)
    for use in READS + WRITES:
        with pytest.raises(NotAllowedInTransaction):
            use(kept[0])


def test_the_store_itself_is_not_to_be_called_inside_a_body(store: Store) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.get("users/a"),
        lambda: store.get_many(["users/a"]),
        lambda: store.query(Query("users")),
        lambda: store.put("users/a", {}),
        lambda: store.create("users/a", {}),
        lambda: store.delete("users/a"),
        lambda: store.transact(lambda _: None),
    ]
    for call in calls:
        with pytest.raises(NotAllowedInTransaction):
            store.transact(lambda _, call=call: call())  # type: ignore[misc]
    assert store.get("users/a") is None


def test_increments_of_many_threads_are_all_counted(store: Store) -> None:
    store.put("counters/c", {"n": 0})

    def increment(transaction: Transaction) -> None:
        found = transaction.get("counters/c")
        assert found is not None
        transaction.put("counters/c", {"n": found.data["n"] + 1})

    def work() -> None:
        for _ in range(25):
            store.transact(increment)

    assert together(*[work] * THREADS) == [None] * THREADS
    assert store.get("counters/c") == Document("counters/c", {"n": 25 * THREADS})


def test_of_many_that_create_one_document_exactly_one_succeeds(store: Store) -> None:
    def work(number: int) -> Callable[[], None]:
        return lambda: store.create("names/ada", {"by": number})

    raised = together(*[work(number) for number in range(THREADS)])
    won = [number for number, error in enumerate(raised) if error is None]
    assert len(won) == 1
    assert all(error is None or isinstance(error, AlreadyExists) for error in raised)
    assert store.get("names/ada") == Document("names/ada", {"by": won[0]})


def test_what_an_absent_read_decided_still_holds_at_commit(store: Store) -> None:
    def take(number: int) -> Callable[[], bool]:
        def body(transaction: Transaction) -> bool:
            if transaction.get("seats/only") is None:
                transaction.put("seats/only", {"by": number})
                transaction.put(f"winners/{number}", {})
                return True
            return False

        return lambda: store.transact(body)

    assert not any(together(*[take(number) for number in range(THREADS)]))
    assert len(store.query(Query("winners"))) == 1


def test_what_a_query_decided_still_holds_at_commit(store: Store) -> None:
    waiting = Query("queue", (Filter("state", "==", "waiting"),), (Order("n"),))

    def join(number: int) -> Callable[[], None]:
        def body(transaction: Transaction) -> None:
            place = len(transaction.query(waiting))
            transaction.create(f"queue/{number}", {"state": "waiting", "n": place})

        return lambda: store.transact(body)

    assert together(*[join(number) for number in range(THREADS)]) == [None] * THREADS
    assert [one.data["n"] for one in store.query(waiting)] == list(range(THREADS))


def test_two_documents_read_together_always_agree(store: Store) -> None:
    store.put("pair/a", {"n": 0})
    store.put("pair/b", {"n": 0})
    stop = threading.Event()

    def write() -> None:
        for number in range(1, 60):

            def body(transaction: Transaction, number: int = number) -> None:
                transaction.put("pair/a", {"n": number})
                transaction.put("pair/b", {"n": number})

            store.transact(body)
        stop.set()

    def read() -> None:
        def body(transaction: Transaction) -> None:
            a, b = transaction.get("pair/a"), transaction.get("pair/b")
            assert a is not None
            assert b is not None
            assert a.data == b.data

        while not stop.is_set():
            store.transact(body)

    assert together(write, read) == [None, None]


def test_two_that_each_read_what_the_other_writes_cannot_both_be_first(store: Store) -> None:
    store.put("duty/a", {"on": True})
    store.put("duty/b", {"on": True})

    def leave(mine: str, other: str) -> Callable[[], None]:
        def body(transaction: Transaction) -> None:
            colleague = transaction.get(other)
            assert colleague is not None
            if colleague.data["on"]:
                transaction.put(mine, {"on": False})

        return lambda: store.transact(body)

    assert together(leave("duty/a", "duty/b"), leave("duty/b", "duty/a")) == [None, None]
    assert sorted(one.data["on"] for one in store.query(Query("duty"))) == [False, True]

"""The transaction wrapper: how often, how long, and what it never retries."""

import pytest

from model.store.errors import AlreadyExists, Contention, StoreBusy, StoreUnavailable
from model.store.memory import MemoryStore
from model.store.port import Query
from model.store.transact import Retry


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []

    def sleep(self, wait_s: float) -> None:
        self.slept.append(wait_s)
        self.now_s += wait_s

    def retry(self, share: float = 1.0, **bounds) -> Retry:
        return Retry(sleep=self.sleep, random=lambda: share, monotonic=lambda: self.now_s, **bounds)


def losing(times: int):
    """An attempt that loses its race `times` times, then returns how often it ran."""
    runs = []

    def attempt() -> int:
        runs.append(1)
        if len(runs) <= times:
            raise Contention
        return len(runs)

    return attempt


def test_a_lost_race_is_tried_again_until_it_is_won() -> None:
    assert Clock().retry().run(losing(3)) == 4


def test_the_bound_of_each_wait_doubles_up_to_the_longest() -> None:
    clock = Clock()
    clock.retry(attempts=7, first_s=0.1, longest_s=0.5).run(losing(5))
    assert clock.slept == pytest.approx([0.1, 0.2, 0.4, 0.5, 0.5])


def test_each_wait_is_a_random_share_of_its_bound() -> None:
    clock = Clock()
    clock.retry(share=0.25, first_s=0.1).run(losing(2))
    assert clock.slept == pytest.approx([0.025, 0.05])


def test_who_gives_way_also_waits_for_as_long_as_the_lost_attempt_took() -> None:
    clock, took = Clock(), iter([0.05, 2.0, 9.0, 0.0])
    inner = losing(3)

    def attempt() -> int:
        clock.now_s += next(took)
        tried: int = inner()
        return tried

    clock.retry(share=0.5, first_s=0.1, longest_s=2.0, total_s=60, gives_way=True).run(attempt)
    assert clock.slept == pytest.approx([0.05 + 0.05, 0.1 + 2.0, 0.2 + 2.0])


def test_after_too_many_attempts_a_contention_may_have_its_own_last_word() -> None:
    last, runs = StoreUnavailable("The way to the store is cut."), []

    def attempt() -> None:
        runs.append(1)
        raise Contention(at_last=last)

    with pytest.raises(StoreUnavailable) as caught:
        Clock().retry(attempts=3).run(attempt)
    assert caught.value is last
    assert len(runs) == 3


def test_after_too_many_attempts_the_store_is_busy() -> None:
    clock = Clock()
    with pytest.raises(StoreBusy, match="3 attempts") as caught:
        clock.retry(attempts=3, retry_after_s=7).run(losing(99))
    assert caught.value.retry_after_s == 7
    assert len(clock.slept) == 2
    assert isinstance(caught.value.__cause__, Contention)


def test_after_too_long_the_store_is_busy_even_with_attempts_left() -> None:
    clock = Clock()
    with pytest.raises(StoreBusy):
        clock.retry(attempts=1000, total_s=3.0, first_s=1.0, longest_s=1.0).run(losing(2000))
    assert sum(clock.slept) <= 3.0
    assert len(clock.slept) == 3


def test_time_spent_inside_attempts_counts() -> None:
    clock = Clock()

    def slow() -> None:
        clock.now_s += 10
        raise Contention

    with pytest.raises(StoreBusy) as caught:
        clock.retry(total_s=15.0).run(slow)
    assert caught.value.attempts == 2


@pytest.mark.parametrize("error", [AlreadyExists("a/b"), ValueError("x"), KeyboardInterrupt()])
def test_every_other_exception_passes_at_once(error: BaseException) -> None:
    clock = Clock()

    def attempt() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        clock.retry().run(attempt)
    assert caught.value is error
    assert clock.slept == []


def test_a_transaction_whose_reads_always_change_ends_as_busy_and_writes_nothing() -> None:
    clock = Clock()
    store = MemoryStore(clock.retry(attempts=4))
    rival = MemoryStore.attempt
    runs = []

    def body(transaction) -> None:
        runs.append(1)
        transaction.get("a/b")
        rival(store, lambda other: other.put("a/b", {"n": len(runs)}))
        transaction.put("a/c", {})

    with pytest.raises(StoreBusy):
        store.transact(body)
    assert len(runs) == 4
    assert store.get("a/c") is None


def test_a_body_never_sees_two_different_moments() -> None:
    store = MemoryStore(Clock().retry(attempts=9))
    store.put("a/x", {"n": 0})
    store.put("a/y", {"n": 0})
    seen = []
    rivals = iter(range(1, 4))

    def rival() -> None:
        number = next(rivals, None)
        if number is not None:
            data = {"n": number}
            store.attempt(lambda other: (other.put("a/x", data), other.put("a/y", data)))

    def body(transaction) -> None:
        first = transaction.get("a/x")
        rival()
        seen.append((first, transaction.get("a/y")))

    def body_with_query(transaction) -> None:
        (first, _) = transaction.query(Query("a"))
        rival()
        seen.append((first, transaction.get_many(["a/y"])[0]))

    store.transact(body)
    rivals = iter(range(4, 6))
    store.transact(body_with_query)
    assert [(x.data["n"], y.data["n"]) for x, y in seen] == [(3, 3), (5, 5)]

"""Lock-out by delay, across processes, threads and time (B9)."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import TooMany
from model.store.memory import MemoryStore
from model.store.query import Query
from model.store.sqlite import SqliteStore
from services.accounts.attempts import LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, Claim, Limit, count, forgive
from tests.fakes.clock import START

LIMIT = Limit("test", free=3, most_delay_s=60, fade_s=3600)


def refused_for(store, now, claim):
    try:
        count(store, now, claim)
    except TooMany as refused:
        return refused.retry_after_s
    return 0


def stored(store, claim):
    document = store.get(claim.path)
    assert document is not None
    return document.data


@given(st.integers(min_value=0, max_value=10_000))
def test_the_delay_never_shrinks_and_never_passes_its_bound(number):
    assert LIMIT.delay_s(number) <= LIMIT.delay_s(number + 1) <= LIMIT.most_delay_s
    assert (LIMIT.delay_s(number) > 0) == (number > LIMIT.free)


def test_nobody_is_shut_out_for_good():
    store, now, claim = MemoryStore(), START, Claim(LIMIT, "ann")
    for _ in range(100):
        wait = refused_for(store, now, claim)
        assert wait <= LIMIT.most_delay_s
        now += timedelta(seconds=wait)
        if wait:
            assert refused_for(store, now, claim) == 0


def test_a_refused_attempt_does_not_count():
    store, claim = MemoryStore(), Claim(LIMIT, "ann")
    for _ in range(4):
        assert refused_for(store, START, claim) == 0
    assert [refused_for(store, START, claim) for _ in range(50)] == [1] * 50


def test_attempts_are_forgotten_when_nobody_tried_for_long():
    store, claim = MemoryStore(), Claim(LIMIT, "ann")
    for _ in range(4):
        refused_for(store, START, claim)
    later = START + timedelta(seconds=LIMIT.fade_s)
    assert [refused_for(store, later, claim) for _ in range(5)] == [0, 0, 0, 0, 1]


def test_subjects_are_told_apart_but_not_by_case_and_are_stored_hashed():
    store = MemoryStore()
    for name in ("ann", "ANN", "Ann", "aNN"):
        assert refused_for(store, START, Claim(LIMIT, name)) == 0
    assert refused_for(store, START, Claim(LIMIT, "ann")) == 1
    assert refused_for(store, START, Claim(LIMIT, "bob")) == 0
    assert "ann" not in str(store.query(Query("lockouts")))


def test_two_processes_count_together(tmp_path):
    with SqliteStore(tmp_path / "k.db") as one, SqliteStore(tmp_path / "k.db") as other:
        claim = Claim(LIMIT, "ann")
        assert [refused_for(store, START, claim) for store in (one, other, one, other, one)] == [0, 0, 0, 0, 1]


def test_guesses_sent_at_the_same_time_all_count():
    store, claim, let_in = MemoryStore(), Claim(LIMIT, "ann"), []

    def attempt() -> None:
        if refused_for(store, START, claim) == 0:
            let_in.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == LIMIT.free + 1


def test_a_success_clears_the_account_and_takes_one_off_the_address():
    store = MemoryStore()
    account, address = Claim(LOGIN_BY_ACCOUNT, "ann"), Claim(LOGIN_BY_ADDRESS, "192.0.2.1")
    for _ in range(3):
        count(store, START, account, address)
    forgive(store, START, cleared=account, uncounted=address)
    assert store.get(account.path) is None
    assert stored(store, address)["count"] == 2


def test_either_limit_refuses_and_then_neither_counts():
    store = MemoryStore()
    account, address = Claim(LIMIT, "ann"), Claim(Limit("wide", 100, 60, 60), "192.0.2.1")
    for _ in range(4):
        count(store, START, account, address)
    with pytest.raises(TooMany):
        count(store, START, account, address)
    assert stored(store, address)["count"] == 4


def test_two_who_come_at_the_same_time_do_not_hold_each_other_up():
    """An attempt's instant is taken before its transaction: the later one may be written first."""
    store, claim = MemoryStore(), Claim(LIMIT, "the office")
    assert refused_for(store, START + timedelta(milliseconds=20), claim) == 0
    assert refused_for(store, START, claim) == 0
    forgive(store, START + timedelta(milliseconds=20), cleared=Claim(LIMIT, "ann"), uncounted=claim)
    assert refused_for(store, START, claim) == 0

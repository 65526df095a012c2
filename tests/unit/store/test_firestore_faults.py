"""Whatever Firestore or the way to it answers: a clear error, a retry where it helps, nothing half written or twice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from grpc import StatusCode

import model.store.firestore_connection
from model.store.errors import (
    AlreadyExists,
    IndexMissing,
    InvalidDocument,
    InvalidQuery,
    OutcomeUnknown,
    StoreBusy,
    StoreForbidden,
    StoreMissing,
    StoreQuotaExceeded,
    StoreUnavailable,
)
from model.store.firestore import FirestoreStore
from model.store.port import Document, Filter, Query, Transaction
from model.store.transact import Retry
from tests.emulators.emulator import firestore_emulator
from tests.emulators.faults import FaultyProxy

ALWAYS = 100
QUICK = Retry(attempts=4, first_s=0.01, longest_s=0.02)
READ, SEARCH, COMMIT, ROLLBACK = "BatchGetDocuments", "RunQuery", "Commit", "Rollback"
NEEDS_INDEX = "The query requires an index. You can create it here: https://console.example/indexes?create=abc"


@pytest.fixture
def proxy(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    with FaultyProxy(firestore_host) as proxy:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
        yield proxy


@pytest.fixture
def store(proxy: FaultyProxy, project: str) -> Iterator[FirestoreStore]:
    with FirestoreStore(project, retry=QUICK) as store:
        store.put("counters/c", {"n": 0})
        proxy.calls.clear()
        yield store


def add_one(transaction: Transaction) -> int:
    found = transaction.get("counters/c")
    assert found is not None
    transaction.put("counters/c", {"n": found.data["n"] + 1})
    transaction.create(f"log/{found.data['n']}", {})
    return int(found.data["n"])


def state(store: FirestoreStore) -> tuple[int, int]:
    """The counter, and how often it was written: equal unless something was half written."""
    found = store.get("counters/c")
    assert found is not None
    return found.data["n"], len(store.query(Query("log")))


REFUSALS = [
    (StatusCode.PERMISSION_DENIED, "Missing or insufficient permissions.", StoreForbidden, "roles/datastore.user"),
    (StatusCode.UNAUTHENTICATED, "Request had invalid credentials.", StoreForbidden, "correct its credentials"),
    (StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded.", StoreQuotaExceeded, "Enable billing"),
    (StatusCode.NOT_FOUND, "The database (default) does not exist.", StoreMissing, "Create it in native mode"),
    (StatusCode.FAILED_PRECONDITION, "Not available in Datastore Mode.", StoreUnavailable, "Datastore Mode"),
]


@pytest.mark.parametrize(("code", "says", "error", "advice"), REFUSALS)
@pytest.mark.parametrize("method", [READ, COMMIT])
def test_a_refusal_is_told_at_once_with_what_to_do(store, proxy, method, code, says, error, advice) -> None:
    proxy.fail(method, code, says, times=ALWAYS)
    with pytest.raises(error, match=advice) as caught:
        store.transact(add_one)
    assert says.rstrip(".") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert proxy.calls[method] == 1
    proxy.heal()
    assert state(store) == (0, 0)


@pytest.mark.parametrize(("code", "says", "error", "advice"), REFUSALS)
def test_plain_reads_are_refused_the_same(store, proxy, code, says, error, advice) -> None:
    proxy.fail(READ, code, says)
    proxy.fail(SEARCH, code, says)
    with pytest.raises(error, match=advice):
        store.get("counters/c")
    with pytest.raises(error, match=advice):
        store.query(Query("counters"))
    assert state(store) == (0, 0)


def test_a_missing_index_is_told_with_the_address_that_makes_it(store, proxy) -> None:
    proxy.fail(SEARCH, StatusCode.FAILED_PRECONDITION, NEEDS_INDEX)
    with pytest.raises(IndexMissing, match=r"query of counters.*console\.example.*firestore\.indexes\.json"):
        store.query(Query("counters", (Filter("n", ">", 0),)))


def test_a_query_the_engine_cannot_read_is_invalid(store, proxy) -> None:
    proxy.fail(SEARCH, StatusCode.INVALID_ARGUMENT, "order by clause cannot contain more fields")
    with pytest.raises(InvalidQuery, match="more fields"):
        store.query(Query("counters"))


def test_a_document_the_engine_cannot_take_is_named(store, proxy) -> None:
    proxy.fail(COMMIT, StatusCode.INVALID_ARGUMENT, "Property is too odd.")
    with pytest.raises(InvalidDocument, match=r"users/a .*too odd"):
        store.put("users/a", {})
    assert store.get("users/a") is None


PASSING = [StatusCode.UNAVAILABLE, StatusCode.INTERNAL, StatusCode.UNKNOWN, StatusCode.CANCELLED, StatusCode.ABORTED]


@pytest.mark.parametrize("code", PASSING)
def test_reads_are_tried_again_when_trouble_passes(store, proxy, code) -> None:
    proxy.fail(READ, code, times=2)
    proxy.fail(SEARCH, code, times=2)
    assert store.get("counters/c") == Document("counters/c", {"n": 0})
    assert len(store.query(Query("counters"))) == 1
    proxy.fail(READ, code, times=2)
    assert store.transact(add_one) == 0
    assert state(store) == (1, 1)


@pytest.mark.parametrize("code", PASSING[:-1])
def test_trouble_that_stays_is_a_store_that_cannot_be_used(store, proxy, code) -> None:
    proxy.fail(READ, code, "the machine room is on fire", times=ALWAYS)
    with pytest.raises(StoreUnavailable, match="on fire"):
        store.transact(add_one)
    assert proxy.calls[READ] == QUICK.attempts
    proxy.heal()
    assert state(store) == (0, 0)


@pytest.mark.parametrize("method", [READ, COMMIT])
def test_races_lost_for_ever_are_a_busy_store(store, proxy, method) -> None:
    proxy.fail(method, StatusCode.ABORTED, "Transaction lock timeout.", times=ALWAYS)
    with pytest.raises(StoreBusy):
        store.transact(add_one)
    assert proxy.calls[method] == QUICK.attempts
    proxy.heal()
    assert state(store) == (0, 0)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (StatusCode.ABORTED, "Too much contention on these documents. Please try again."),
        (StatusCode.INVALID_ARGUMENT, "The referenced transaction has expired or is no longer valid."),
    ],
)
def test_a_race_lost_at_commit_is_run_again_whole(store, proxy, code, says) -> None:
    proxy.fail(COMMIT, code, says, times=2)
    assert store.transact(add_one) == 0
    assert proxy.calls[READ] == 3
    assert state(store) == (1, 1)


@pytest.mark.parametrize("code", PASSING[:-1])
def test_a_commit_that_was_not_heard_is_sent_again(store, proxy, code) -> None:
    proxy.fail(COMMIT, code)
    assert store.transact(add_one) == 0
    assert (proxy.calls[READ], proxy.calls[COMMIT]) == (1, 2)
    assert state(store) == (1, 1)


@pytest.mark.parametrize("code", PASSING[:-1])
def test_a_commit_whose_answer_was_lost_is_saved_once_and_said_to_be_unknown(store, proxy, code) -> None:
    proxy.fail(COMMIT, code, after=True)
    with pytest.raises(OutcomeUnknown, match="send it again"):
        store.transact(add_one)
    assert proxy.calls[READ] == 1
    assert state(store) == (1, 1)


def test_a_write_without_reads_is_not_repeated_when_its_answer_was_lost(store, proxy) -> None:
    proxy.fail(COMMIT, StatusCode.UNAVAILABLE, after=True)
    with pytest.raises(OutcomeUnknown):
        store.create("users/a", {"n": 1})
    assert proxy.calls[COMMIT] == 1
    with pytest.raises(AlreadyExists):
        store.create("users/a", {"n": 2})


def test_a_body_that_only_reads_is_run_again_whatever_became_of_its_end(store, proxy) -> None:
    proxy.fail(COMMIT, StatusCode.UNAVAILABLE, after=True)
    assert store.transact(lambda transaction: transaction.get("counters/c")) == Document("counters/c", {"n": 0})
    assert proxy.calls[READ] == 2


def test_a_host_that_never_answers_is_given_up_in_bounded_time(store, proxy, monkeypatch) -> None:
    monkeypatch.setattr(model.store.firestore_connection, "RPC_S", 0.3)
    for method in (READ, COMMIT):
        proxy.fail(method, StatusCode.DEADLINE_EXCEEDED, times=ALWAYS)
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="DEADLINE_EXCEEDED"):
            store.transact(add_one)
        assert time.monotonic() - started < 5
        proxy.heal()
    assert state(store) == (0, 0)


def test_an_end_that_fails_never_hides_what_the_body_raised(store, proxy) -> None:
    proxy.fail(ROLLBACK, StatusCode.UNAVAILABLE)

    def body(transaction: Transaction) -> None:
        transaction.get("counters/c")
        raise LookupError("of the body")

    with pytest.raises(LookupError, match="of the body"):
        store.transact(body)
    assert proxy.calls[ROLLBACK] == 1


def test_a_body_that_raises_gives_its_locks_back(store, proxy) -> None:
    def body(transaction: Transaction) -> None:
        transaction.get("counters/c")
        raise LookupError

    with pytest.raises(LookupError):
        store.transact(body)
    assert store.transact(add_one) == 0
    assert proxy.calls[COMMIT] == 1


def test_one_of_several_creates_that_meets_a_document_is_the_one_named(store) -> None:
    store.put("users/b", {})

    def body(transaction: Transaction) -> None:
        for name in "abc":
            transaction.create(f"users/{name}", {})

    with pytest.raises(AlreadyExists) as caught:
        store.transact(body)
    assert caught.value.path == "users/b"
    assert [one.id for one in store.query(Query("users"))] == ["b"]


def test_an_emulator_that_dies_and_comes_back_is_found_again(tmp_path: Path, project, monkeypatch) -> None:
    with firestore_emulator(tmp_path) as emulator:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.host)
        with FirestoreStore(project, retry=QUICK) as store:
            store.put("users/a", {"n": 1})
            emulator.stop()
            for act in (lambda: store.get("users/a"), lambda: store.put("users/a", {"n": 2})):
                with pytest.raises(StoreUnavailable, match="UNAVAILABLE"):
                    act()
            emulator.start()
            store.retry = Retry()
            store.put("users/b", {"n": 3})
            assert store.get("users/b") == Document("users/b", {"n": 3})


def test_a_closed_store_says_so(store) -> None:
    store.close()
    with pytest.raises(StoreUnavailable, match="has been closed"):
        store.get("users/a")

"""Rivals on one document: threads take turns, processes keep their place in the line, forks start afresh."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from model.store.errors import Contention, StoreForbidden
from model.store.firestore import FirestoreStore
from model.store.firestore_turns import Turns
from model.store.port import Document, Transaction
from model.store.transact import Retry

ROOT = Path(__file__).parents[3]
STORES, THREADS, TIMES = 2, 2, 3


def increment(transaction: Transaction) -> None:
    found = transaction.get("counters/c")
    transaction.put("counters/c", {"n": found.data["n"] + 1 if found else 1})


def test_increments_of_rivals_that_share_no_turns_are_all_counted(firestore_host, project) -> None:
    stores = [FirestoreStore(project) for _ in range(STORES)]

    def work(store: FirestoreStore) -> None:
        for _ in range(TIMES):
            store.transact(increment)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert stores[0].get("counters/c") == Document("counters/c", {"n": STORES * THREADS * TIMES})
    for store in stores:
        store.close()


def test_who_lost_a_race_keeps_the_place_in_the_line(firestore_host, project, monkeypatch) -> None:
    with FirestoreStore(project, retry=Retry(sleep=lambda _: None)) as store:
        begun: list[tuple[bytes, bytes]] = []
        call = store._connection.call  # noqa: SLF001 - what is sent is what is tested

        def seen(method, request, *more):
            answer = call(method, request, *more)
            if method != "batch_get_documents":
                return answer
            answers = list(answer)
            begun.append((request.new_transaction.read_write.retry_transaction, answers[0].transaction))
            return answers

        monkeypatch.setattr(store._connection, "call", seen)  # noqa: SLF001
        runs = iter([True, True, False])

        def body(transaction: Transaction) -> None:
            increment(transaction)
            if next(runs):
                raise Contention

        store.transact(body)
        store.transact(increment)
        (_, first), (second_after, second), (third_after, _), (new_after, _) = begun
        assert (second_after, third_after, new_after) == (first, second, b"")


def test_one_thread_at_a_time_has_the_turn_at_a_document() -> None:
    turns, ended = Turns(0.05), threading.Event()
    with turns.at("sites/a"):
        waited: list[bool] = []

        def wait() -> None:
            with pytest.raises(Contention), turns.at("sites/a"):
                pass
            waited.append(True)
            ended.set()

        threading.Thread(target=wait).start()
        assert ended.wait(10)
        assert waited
    with turns.at("sites/a"):
        pass


def test_a_turn_is_given_back_by_a_body_that_raises() -> None:
    turns = Turns(0)
    with pytest.raises(LookupError), turns.at("sites/a"):
        raise LookupError
    with turns.at("sites/a"):
        pass


FORKING = """
import os, sys
from model.store.firestore import FirestoreStore
store = FirestoreStore(sys.argv[1])
def add(transaction):
    transaction.put("counters/c", {"n": transaction.get("counters/c").data["n"] + 1})
store.put("counters/c", {"n": 0})
child = os.fork()
store.transact(add)
if not child:
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert store.get("counters/c").data == {"n": 2}
"""


def test_a_forked_process_connects_anew(firestore_host, project) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, project], cwd=ROOT, capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr


def test_without_credentials_the_first_call_says_what_to_do(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with (
        FirestoreStore("my-project") as store,
        pytest.raises(StoreForbidden, match=r"my-project.*roles/datastore\.user"),
    ):
        store.get("users/a")

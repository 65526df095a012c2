"""The thread behind the local bus: in order per location, again and again for a while, and it ends."""

import threading
from collections.abc import Iterator

import pytest

from services.effects.outbox import Delivery
from services.effects.worker import ATTEMPTS, Worker

A1, A2, A3 = (f"locations/a/decisions/{number}" for number in (1, 2, 3))
B1 = "locations/b/decisions/1"
DONE = Delivery(sent=1)
HELD_UP = Delivery(failed=1, in_order=False)
LATER = Delivery(failed=1)


class Post:
    """Answers what was prepared for a path, else that all went well; waits for a number of tries."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Delivery | Exception]] = {}
        self.tried: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, path: str) -> Delivery:
        with self._changed:
            self.tried.append(path)
            self._changed.notify_all()
            answer = self.answers.get(path, [])
            found = answer.pop(0) if answer else DONE
        if isinstance(found, Exception):
            raise found
        return found

    def wait(self, tries: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.tried) >= tries, timeout=10)
            return list(self.tried)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def worker(post: Post) -> Iterator[Worker]:
    worker = Worker(post, first_retry_s=0.01)
    yield worker
    assert worker.stop()


def test_decisions_are_carried_out_in_order(post, worker):
    for path in (A1, B1, A2):
        worker.take(path)
    worker.start()
    assert post.wait(3) == [A1, B1, A2]


def test_a_failed_message_is_sent_again_and_holds_nothing_up(post, worker):
    post.answers[A1] = [LATER]
    for path in (A1, A2):
        worker.take(path)
    worker.start()
    assert post.wait(3) == [A1, A2, A1]


def test_a_failed_command_holds_up_its_location_only(post, worker):
    post.answers[A1] = [HELD_UP, HELD_UP]
    for path in (A1, A2, B1, A3):
        worker.take(path)
    worker.start()
    assert post.wait(6) == [A1, B1, A1, A1, A2, A3]


def test_a_store_that_is_away_is_a_failure_like_any_other(post, worker):
    post.answers[A1] = [OSError("away")]
    worker.take(A1)
    worker.start()
    assert post.wait(2) == [A1, A1]


def test_it_gives_up_after_some_tries_and_leaves_the_rest_to_the_minute_job(post, worker):
    post.answers[A1] = [HELD_UP] * 100
    worker.take(A1)
    worker.take(A2)
    worker.start()
    assert post.wait(ATTEMPTS + 1) == [A1] * ATTEMPTS + [A2]


def test_stopping_finishes_what_was_taken(post):
    worker = Worker(post)
    for path in (A1, A2, A3):
        worker.take(path)
    worker.start()
    assert worker.stop()
    assert post.tried == [A1, A2, A3]

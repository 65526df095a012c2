"""The publishing thread: news at once, patience with a receiver that is away, and an end."""

import threading

import pytest
import structlog

from model.errors import Unavailable
from services.publishing.publishing import NotMine
from services.publishing.thread import PublishingThread


class Telling:
    """Publishing that only notes what it is asked for, and fails as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.errors: list[Exception] = []
        self._changed = threading.Condition()

    def publish(self, location_id: str) -> int:
        return self._note(location_id)

    def sweep(self) -> int:
        return self._note("all")

    def close(self) -> None:
        self._note("end")

    def wait(self, *asked: str) -> None:
        with self._changed:
            found = self._changed.wait_for(lambda: self.asked[: len(asked)] == list(asked), 10)
            assert found, self.asked

    def _note(self, what: str) -> int:
        with self._changed:
            self.asked.append(what)
            self._changed.notify_all()
            if self.errors and what != "end":
                raise self.errors.pop(0)
        return 1


@pytest.fixture
def telling() -> Telling:
    return Telling()


def test_it_begins_with_all_tells_news_at_once_and_says_goodbye(telling):
    thread = PublishingThread(telling, sweep_s=1000)
    thread.start()
    telling.wait("all")
    thread.take("yard")
    telling.wait("all", "yard")
    assert thread.stop()
    telling.wait("all", "yard", "end")


def test_a_receiver_that_is_away_is_tried_again_and_what_was_news_is_found(telling):
    telling.errors = [Unavailable("x", "It is away."), OSError("odd"), Unavailable("x", "It is away.")]
    waits = []

    def note(_logger, _method, event):
        waits.append(event)
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    thread = PublishingThread(telling, sweep_s=1000, first_retry_s=0.01)
    thread.start()
    telling.wait("all", "all", "all", "all")
    thread.take("yard")
    telling.wait("all", "all", "all", "all", "yard")
    assert thread.stop()
    assert [(one["event"], one["retry_s"]) for one in waits] == [
        ("publishing_waits", 0.01), ("publishing_failed", 0.02), ("publishing_waits", 0.04),
    ]  # fmt: skip
    assert waits[0]["error"] == "It is away."


def test_where_another_process_tells_this_one_is_quiet(telling):
    telling.errors = [NotMine(), NotMine()]
    thread = PublishingThread(telling, sweep_s=0.05)
    thread.start()
    telling.wait("all", "all", "all")
    assert thread.stop()


def test_it_ends_in_the_middle_of_waiting_for_a_receiver(telling):
    telling.errors = [Unavailable("x", "It is away.")]
    thread = PublishingThread(telling, first_retry_s=1000)
    thread.start()
    telling.wait("all")
    assert thread.stop(5)

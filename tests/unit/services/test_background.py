"""One machine: effects go out by themselves after a decision, and what a dead process left goes out at the start."""

import threading
from pathlib import Path

import pytest

from model.settings import Settings
from model.store.sqlite import SqliteStore
from services.background import background
from services.indexes import INDEXES
from tests.fakes.notifier import FakeNotifier
from tests.fakes.site_world import DRIVER, YARD, World
from tests.fakes.wall_clock import WallClock


class Told(FakeNotifier):
    """Lets a test wait for messages."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def send(self, notification):
        with self._changed:
            super().send(notification)
            self._changed.notify_all()

    def kinds(self, count: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.sent) >= count, timeout=20), self.sent
            return [one.kind for one in self.sent]


@pytest.fixture
def world(tmp_path: Path):
    with SqliteStore(tmp_path / "kilowait.db", indexes=INDEXES) as store:
        world = World(inner=store, clock=WallClock())
        world.location(settings=Settings(response_s=1, silence_snooze_s=600))
        world.ann, world.bob = world.driver("ann"), world.driver("bob")
        yield world


def test_an_offer_is_told_lapses_in_real_time_and_goes_to_the_next(world):
    told = Told()
    running = background(world.store, world.clock, told, world.bus, world.services)
    world.bus.decided = running.worker.take
    running.start()
    try:
        world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
        world.services.queueing.join(YARD, world.bob.user_id, DRIVER)
        kinds = told.kinds(3)
    finally:
        assert running.stop()
    assert kinds[0] == "offered"
    assert [one.user_id for one in told.sent if one.kind == "offered"][:2] == ["u-ann", "u-bob"]
    assert len({one.message_id for one in told.sent}) == len(told.sent)


def test_what_an_earlier_process_left_is_sent_at_the_start_with_the_same_ids(world):
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    version = world.site().version
    told = Told()
    running = background(world.store, world.clock, told, world.bus, world.services)
    running.start()
    try:
        assert told.kinds(1)[0] == "offered"
    finally:
        assert running.stop()
    assert told.sent[0].message_id == f"yard:{version}:0"
    assert world.decision(version).pending_since is None


def test_two_at_once_for_one_charger_end_with_one_offer(world):
    barrier = threading.Barrier(2)

    def join(user_id: str) -> None:
        barrier.wait()
        world.services.queueing.join(YARD, user_id, DRIVER)

    joining = [threading.Thread(target=join, args=(user.user_id,)) for user in (world.ann, world.bob)]
    for thread in joining:
        thread.start()
    for thread in joining:
        thread.join()
    assert world.charger().session is not None
    assert len(world.site().queue) == 1

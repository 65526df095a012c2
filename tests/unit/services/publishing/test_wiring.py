"""One machine: decisions and samples are told by themselves, and what an earlier process left at the start."""

import threading

from services.background import background
from tests.fakes.charging_hour import charged
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_world import DRIVER, YARD


class Heard(FakePublisher):
    """Lets a test wait for kinds of messages."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def publish(self, publications):
        with self._changed:
            super().publish(publications)
            self._changed.notify_all()

    def wait(self, kind: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: kind in {one.kind for one in self.told}, 10), self.told


def test_decisions_and_samples_are_told_by_themselves(yard):
    receiver = Heard()
    running = background(yard.store, yard.clock, yard.notifier, yard.bus, yard.services, publisher=receiver)
    running.start()
    try:
        receiver.wait("location")
        yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
        receiver.wait("session")
        yard.starts(yard.ann.tag)
        yard.post(*charged(yard, 60))
        receiver.wait("meter")
    finally:
        assert running.stop()
    assert receiver.closed == 1

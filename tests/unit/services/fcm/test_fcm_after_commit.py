"""FCM behind the outbox: sent after the commit, again after a failure, always with the same id, never in a request."""

import threading
from dataclasses import replace

import pytest

from api.app import create_app
from main import compose
from model import paths
from model.site import Site
from services.adapters.local_bus import LocalBus
from services.background import Background, background
from services.configuration import Configuration
from services.effects.worker import Worker
from services.sites.decision_document import decision_document
from tests.fakes.people import People
from tests.fakes.site_world import DRIVER, YARD
from tests.unit.services.fcm.conftest import fid, with_devices

PHONE = fid("anns-phone")


@pytest.fixture
def joined(world, notifier):
    """Ann has just been offered a charger; nothing is sent yet."""
    world.location()
    world.ann = with_devices(world, world.driver("ann"), PHONE)
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    return world


@pytest.fixture
def beside(joined, notifier) -> Background:
    return background(joined.store, joined.clock, notifier, joined.bus, joined.services)


@pytest.fixture
def worker(beside):
    worker = Worker(beside.outbox.send, first_retry_s=0.01)
    worker.start()
    yield worker
    assert worker.stop()


def path(world) -> str:
    return paths.decision(YARD, world.site().version)


def pending(world):
    return world.decision(world.site().version).pending


@pytest.mark.parametrize(("status", "error_code"), [(429, "QUOTA_EXCEEDED"), (500, "INTERNAL"), (503, "UNAVAILABLE")])
def test_the_worker_tries_again_until_fcm_takes_it(joined, fcm, worker, status, error_code):
    fcm.answer_next(status, error_code, times=2)
    worker.take(path(joined))
    [message] = fcm.wait(1)
    assert worker.stop()
    assert len(fcm.tried) == 3
    assert fcm.tried[0] == fcm.tried[1] == message
    assert message["data"]["message_id"] == f"yard:{joined.site().version}:0"
    assert message["data"]["expires_at"] == "2026-03-02T08:10:00.000Z"
    assert message["android"]["collapse_key"] == "yard:1"
    assert pending(joined) == []


def test_what_the_worker_gave_up_is_sent_by_the_minute_job_when_fcm_wants_to_be_asked_again(
    joined, fcm, beside, worker
):
    fcm.answer_next(503, retry_after="30")
    worker.take(path(joined))
    fcm.wait(tried=1)
    assert worker.stop(timeout_s=20)
    assert pending(joined) == [f"yard:{joined.site().version}:0"]
    joined.clock.advance(seconds=61)
    assert beside.outbox.sweep() == 1
    assert (len(fcm.tried), len(fcm.received), pending(joined)) == (2, 1, [])


def test_a_timeout_leaves_it_pending_for_the_minute_job(joined, fcm, make):
    beside = background(joined.store, joined.clock, make(timeout_s=0.3), joined.bus, joined.services)
    with fcm.hanging():
        delivery = beside.outbox.send(path(joined))
        assert (delivery.sent, delivery.failed, delivery.in_order) == (0, 1, True)
    joined.clock.advance(seconds=61)
    assert beside.outbox.sweep() == 1
    assert [message["data"]["message_id"] for message in fcm.received[-1:]] == [f"yard:{joined.site().version}:0"]
    assert pending(joined) == []


def test_a_repeat_after_a_crash_carries_the_same_id(joined, fcm, beside, make):
    beside.outbox.send(path(joined))
    record = joined.decision(joined.site().version)
    ids = [str(effect["id"]) for effect in record.effects]
    joined.store.put(path(joined), decision_document(replace(record, pending=ids, pending_since=record.at)))
    joined.clock.advance(seconds=61)
    after = background(joined.store, joined.clock, make(), joined.bus, joined.services)
    assert after.outbox.sweep() == 1
    first, again = fcm.received
    for where in ("android", "webpush"):
        assert first[where]["notification"]["tag"] == again[where]["notification"]["tag"] == ids[0]
    assert first["data"] == again["data"]
    assert first["apns"]["headers"]["apns-collapse-id"] == again["apns"]["headers"]["apns-collapse-id"]


def test_an_offer_that_is_over_by_then_is_let_go(joined, fcm, beside, notifier):
    joined.clock.advance(minutes=11)
    assert beside.outbox.sweep() == 1
    assert (notifier.expired, fcm.tried, pending(joined)) == (1, [], [])


def test_a_dead_phone_holds_nothing_up(joined, fcm, beside):
    fcm.unregister(PHONE)
    assert beside.outbox.send(path(joined)).sent == 1
    assert (joined.user(joined.ann).devices, pending(joined)) == ((), [])
    assert joined.charger().session is not None


def test_joining_is_answered_while_fcm_hangs(fcm, project, tmp_path):
    services = compose(
        Configuration(store="memory:", notifier=f"fcm:{project}", mail_dir=str(tmp_path / "mail")), environment={}
    )
    assert services.sites is not None
    assert isinstance(services.bus, LocalBus)
    beside = background(services.store, services.clock, services.notifier, services.bus, services.sites)
    services.bus.deliver_to(beside.worker.take)
    beside.worker.start()
    app = create_app(services)
    people = People(app, services)
    root, ann = people.admin("root"), people.user("ann")
    ann.put("/api/user", {"notification_token": PHONE})
    root.post("/api/location/Lot", {})
    root.post("/api/location/lot/charger/A", {})
    try:
        with fcm.hanging():
            assert ann.post("/api/location/lot/queue").json["offer"]["charger_id"] == "A"
            fcm.wait(tried=1)  # the message is on its way and gets no answer …
            assert ann.post("/api/location/lot/queue/offer", {"action": "accept"}).status_code == 200
            assert ann.get("/api/location/lot/queue/offer").status_code == 200
            assert (len(fcm.tried), len(fcm.received)) == (1, 0)  # … to this moment
        fcm.wait(1)
    finally:
        assert beside.worker.stop(timeout_s=30)
        services.bus.close()


def test_no_transaction_is_open_while_fcm_is_asked(joined, fcm, beside):
    """Somebody else decides on the same site, while a message of it hangs."""
    done: list[Site] = []
    joined.driver("bob")

    def join() -> None:
        joined.services.queueing.join(YARD, "u-bob", DRIVER)
        done.append(joined.site())

    sending = threading.Thread(target=beside.outbox.send, args=(path(joined),))
    with fcm.hanging():
        sending.start()
        fcm.wait(tried=1)
        other = threading.Thread(target=join)
        other.start()
        other.join(20)
        assert [len(site.queue) for site in done] == [1]
        assert fcm.received == []
    sending.join()

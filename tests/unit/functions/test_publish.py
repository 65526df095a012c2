"""The functions that tell outside systems: each message is one call, in turn, and nothing is held up for long."""

import pytest

from functions.message import Message
from functions.publish import publish, publish_all
from functions.run import run
from model import paths
from model.errors import Unavailable
from services.background import jobs
from services.publishing.publishing import NotMine, Publishing
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_world import DRIVER, YARD, World
from tests.unit.functions.test_functions import message


@pytest.fixture
def receiver() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.ann = world.driver("ann")
    return world


@pytest.fixture
def work(yard, receiver):
    found = jobs(yard.store, yard.clock, yard.notifier, yard.bus, yard.services, publisher=receiver)
    run("publish_all", publish_all, message(yard), found)
    receiver.told.clear()
    return found


def joined(world: World) -> str:
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    return paths.decision(YARD, world.site().version)


def test_a_decision_is_told_and_the_next_instance_may_go_on_at_once(yard, receiver, work):
    path = joined(yard)
    run("publish", publish, message(yard, {"path": path}), work)
    assert receiver.ids("session") == ["yard:3:session:c1:1:offered"]
    told = len(receiver.told)
    run("publish", publish, message(yard, {"path": path}), work)
    assert len(receiver.told) == told
    assert Publishing(yard.store, yard.clock, yard.services.sites, FakePublisher(), "other").publish(YARD) > 0


def test_while_another_instance_tells_the_message_comes_again_and_the_job_does_nothing(yard, work):
    path = joined(yard)
    Publishing(yard.store, yard.clock, yard.services.sites, FakePublisher(), "other").publish(YARD)
    with pytest.raises(NotMine):
        run("publish", publish, message(yard, {"path": path}), work)
    run("publish_all", publish_all, message(yard), work)


def test_a_receiver_that_is_away_makes_the_message_come_again(yard, receiver, work):
    path = joined(yard)
    receiver.failing = True
    for function in (publish, publish_all):
        with pytest.raises(Unavailable):
            run(function.__name__, function, message(yard, {"path": path}), work)
    receiver.failing = False
    run("publish_all", publish_all, message(yard), work)
    assert receiver.ids("session") == ["yard:3:session:c1:1:offered"]


@pytest.mark.parametrize("body", [None, {}, {"path": 7}, {"path": "users/x"}, {"path": "locations/no/decisions/1"}])
def test_a_message_that_is_no_decision_does_nothing(yard, receiver, work, body):
    run("publish", publish, message(yard, body), work)
    assert receiver.told == []


def test_what_is_old_was_told_by_the_job_and_where_nobody_is_told_nothing_happens(yard, receiver, work):
    path = joined(yard)
    run("publish", publish, message(yard, {"path": path}, age_s=601), work)
    assert receiver.told == []
    nobody = jobs(yard.store, yard.clock, yard.notifier, yard.bus, yard.services)
    for function in (publish, publish_all):
        assert function(Message(), nobody) == 0

"""An offer that is not answered: snoozed, then as joined now, then out until local midnight."""

from datetime import timedelta

import pytest

from model.charger import EndReason
from model.errors import Conflict
from model.instants import minutes
from scheduling.effects import Message
from scheduling.states import Standing
from tests.fakes.yard import Yard


@pytest.fixture
def queue(yard: Yard) -> Yard:
    yard.join("ann", "bob", "cid", "dan", "eve")
    yard.unit()
    return yard


def let_pass(yard: Yard, name: str) -> None:
    """The offer to ``name`` is not answered; others decline until ``name`` is asked or sleeps on."""
    assert yard.on() == f"{name} offered"
    yard.wait_s(600)


def test_the_first_silence_snoozes_and_keeps_the_place(queue: Yard):
    let_pass(queue, "ann")
    entry = queue.entry("ann")
    assert queue.places()[0] == "ann"
    assert entry.snoozed_by_silence
    assert entry.snoozed_until == queue.now + timedelta(seconds=900)
    assert queue.on() == "bob offered"
    assert queue.record(1).end_reason is EndReason.LAPSED
    assert ("ann", Message.LAPSED) in queue.messages()


def test_an_automatic_snooze_is_none_of_the_two(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.wait_s(600 + 900)
    for _ in range(2):
        unit_yard.snooze("ann", 1)
        unit_yard.wait_s(60)
    assert unit_yard.standing("ann") is Standing.OFFERED


def test_the_second_silence_is_as_if_joined_now(queue: Yard):
    let_pass(queue, "ann")
    queue.accept("bob")
    queue.wait_s(900 - 1)
    queue.level("charging")
    queue.level("available")
    queue.wait_s(2)
    queue.decline("cid")
    let_pass(queue, "ann")
    entry = queue.entry("ann")
    assert entry.snoozed_until is None
    assert entry.score.joined_min == minutes(queue.now)
    assert queue.places() == ["eve", "ann"]
    assert queue.on() == "dan offered"


def test_the_third_silence_is_out_until_local_midnight(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.wait_s(600 + 900 + 600)
    assert unit_yard.standing("ann") is Standing.OFFERED
    unit_yard.wait_s(600)
    assert unit_yard.standing("ann") is Standing.NONE
    assert unit_yard.people["ann"].place is None
    assert ("ann", Message.REMOVED) in unit_yard.messages()
    with pytest.raises(Conflict) as refused:
        unit_yard.join("ann")
    assert refused.value.code == "out_until_midnight"
    unit_yard.wait_s(24 * 3600)
    unit_yard.join("ann")
    assert unit_yard.standing("ann") is Standing.OFFERED


def test_silences_count_per_local_day(unit_yard: Yard):
    unit_yard.change(reset_queue_daily=False)
    unit_yard.join("ann")
    unit_yard.wait_s(600)
    unit_yard.pass_s(24 * 3600)
    unit_yard.wait_s(0)
    unit_yard.wait_s(600)
    assert unit_yard.site.day is not None
    assert unit_yard.site.day.silences == {"ann": 1}
    assert unit_yard.entry("ann").snoozed_by_silence


def test_the_deadline_is_due(unit_yard: Yard):
    unit_yard.join("ann")
    session = unit_yard.charger().session
    assert session is not None
    assert unit_yard.site.next_due_at == session.answer_by


def test_a_lost_timer_costs_the_time_it_was_late_and_no_more(queue: Yard):
    queue.pass_s(4 * 600)
    queue.wait_s(0)
    assert queue.on() == "bob offered"
    assert queue.standing("ann") is Standing.SNOOZED


def test_two_silent_at_once_keep_their_order(yard: Yard):
    yard.join("ann", "bob")
    yard.unit("c2")  # ann
    yard.pass_s(1)
    yard.unit("c1")  # bob
    yard.pass_s(700)
    yard.wait_s(0)
    assert yard.places() == ["ann", "bob"]


def test_a_first_silence_keeps_the_front(point_yard: Yard):
    point_yard.join("ann", "bob")
    point_yard.status("faulted")
    point_yard.status("available")
    point_yard.wait_s(600)
    assert point_yard.places() == ["ann"]
    assert point_yard.entry("ann").front_at is not None

"""Accepted, not plugged in: later by an hour, then out until local midnight."""

from datetime import UTC, datetime

import pytest

from model.charger import EndReason
from model.errors import Conflict
from model.instants import minutes
from scheduling.effects import Message
from scheduling.states import Standing
from tests.fakes.yard import Yard


def no_show(yard: Yard, name: str) -> None:
    yard.accept(name)
    yard.wait_s(900)


def test_the_first_no_show_is_as_if_joined_an_hour_later(yard: Yard):
    yard.join("ann", "bob", "cid", "dan", "eve")
    yard.unit()
    no_show(yard, "ann")
    score = yard.entry("ann").score
    assert yard.record(1).end_reason is EndReason.NO_SHOW
    assert score.penalty_min == 60
    assert score.value == pytest.approx(minutes(yard.now) + 60)
    assert yard.places() == ["cid", "dan", "eve", "ann"]
    assert ("ann", Message.NO_SHOW) in yard.messages()
    assert yard.on() == "bob offered"


def test_who_joins_within_that_hour_comes_first(yard: Yard):
    yard.join("ann", "bob", "cid", "dan", "eve")
    yard.unit()
    no_show(yard, "ann")
    yard.pass_s(500)
    yard.join("fay")
    assert yard.places() == ["cid", "dan", "eve", "fay", "ann"]


def test_the_second_no_show_of_a_day_is_out_until_midnight(unit_yard: Yard):
    unit_yard.join("ann")
    no_show(unit_yard, "ann")
    no_show(unit_yard, "ann")
    assert unit_yard.standing("ann") is Standing.NONE
    assert ("ann", Message.REMOVED) in unit_yard.messages()
    with pytest.raises(Conflict) as refused:
        unit_yard.join("ann")
    assert refused.value.code == "out_until_midnight"


def test_a_no_show_and_a_silence_are_counted_apart(unit_yard: Yard):
    unit_yard.join("ann")
    no_show(unit_yard, "ann")
    unit_yard.wait_s(600)
    assert unit_yard.standing("ann") is Standing.SNOOZED
    day = unit_yard.site.day
    assert day is not None
    assert (day.no_shows, day.silences) == ({"ann": 1}, {"ann": 1})


def test_plugging_in_at_the_last_moment_is_in_time(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.accept("ann")
    unit_yard.pass_s(900 - 0.001)
    unit_yard.level("charging")
    assert unit_yard.on() == "ann charging"


def test_the_front_is_lost_with_a_no_show(point_yard: Yard):
    point_yard.join("ann", "bob")
    point_yard.status("faulted")
    point_yard.status("available")
    no_show(point_yard, "ann")
    assert point_yard.entry("ann").front_at is None
    assert point_yard.on() == "bob offered"


def test_being_out_ends_at_local_midnight(unit_yard: Yard):
    unit_yard.join("ann")
    no_show(unit_yard, "ann")
    no_show(unit_yard, "ann")
    midnight = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert unit_yard.site.next_due_at == midnight
    unit_yard.wait_until(midnight)
    unit_yard.join("ann")
    assert unit_yard.standing("ann") is Standing.OFFERED

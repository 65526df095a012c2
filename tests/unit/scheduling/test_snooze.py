"""Ask me again later: the place is kept."""

import pytest

from model.charger import EndReason
from model.errors import Conflict
from scheduling.states import Standing
from tests.fakes.yard import Yard


@pytest.fixture
def waiting(yard: Yard) -> Yard:
    yard.join("ann", "bob", "cid", "dan")
    return yard


def test_a_snooze_keeps_the_place_and_asks_the_next(waiting: Yard):
    waiting.unit()
    waiting.snooze("ann", 15)
    assert waiting.standing("ann") is Standing.SNOOZED
    assert waiting.on() == "bob offered"
    assert waiting.places() == ["ann", "cid", "dan"]
    assert waiting.record(1).end_reason is EndReason.SNOOZED


def test_who_wakes_is_asked_first(waiting: Yard):
    waiting.unit()
    waiting.snooze("ann", 5)
    waiting.wait_s(5 * 60)
    waiting.decline("bob")
    assert waiting.on() == "ann offered"


def test_asleep_nobody_is_asked(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.snooze("ann", 15)
    assert unit_yard.on() == ""
    unit_yard.wait_s(15 * 60 - 1)
    assert unit_yard.on() == ""
    unit_yard.wait_s(1)
    assert unit_yard.on() == "ann offered"


def test_the_time_a_snooze_ends_is_due(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.snooze("ann", 7)
    assert unit_yard.site.next_due_at == unit_yard.entry("ann").snoozed_until


def test_two_snoozes_a_day(unit_yard: Yard):
    unit_yard.join("ann")
    for _ in range(2):
        unit_yard.snooze("ann", 1)
        unit_yard.wait_s(60)
    with pytest.raises(Conflict) as refused:
        unit_yard.snooze("ann", 1)
    assert refused.value.code == "snoozes_used"
    assert unit_yard.on() == "ann offered"


def test_the_next_local_day_has_new_snoozes():
    yard = Yard()
    yard.change(reset_queue_daily=False)
    yard.unit()
    yard.join("ann")
    for _ in range(2):
        yard.snooze("ann", 1)
        yard.wait_s(60)
    yard.accept("ann")
    yard.level("charging")
    yard.wait_s(24 * 3600)
    yard.level("available")
    yard.join("ann")
    yard.snooze("ann", 1)
    assert yard.standing("ann") is Standing.SNOOZED


def test_a_hold_cannot_be_snoozed(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.accept("ann")
    with pytest.raises(Conflict):
        unit_yard.snooze("ann")


@pytest.mark.parametrize("first", ["ann", "bob"])
def test_two_who_snooze_keep_their_order_whoever_snoozes_first(waiting: Yard, first):
    waiting.unit("c1")
    waiting.unit("c2")
    second = {"ann": "bob", "bob": "ann"}[first]
    waiting.snooze(first, 30)
    waiting.snooze(second, 30)
    assert waiting.places() == ["ann", "bob"]
    assert (waiting.on("c1"), waiting.on("c2")) in {("cid offered", "dan offered"), ("dan offered", "cid offered")}


def test_a_sleeper_called_again_later_stays_before_those_called_meanwhile(waiting: Yard):
    waiting.unit("c1")
    waiting.snooze("ann", 5)  # bob is asked
    waiting.wait_s(5 * 60)
    waiting.unit("c2")  # ann is asked again
    waiting.snooze("ann", 15)
    waiting.snooze("bob", 15)
    assert waiting.places()[:2] == ["ann", "bob"]


def test_a_newcomer_does_not_overtake_who_sleeps_at_the_top(waiting: Yard):
    waiting.unit()
    waiting.snooze("ann", 60)
    waiting.driver("little", ask_kwh=40.0, as_of=waiting.now)
    waiting.join("little")
    assert waiting.places() == ["ann", "cid", "dan", "little"]


def test_a_snooze_keeps_the_front(point_yard: Yard):
    point_yard.join("ann", "bob")
    point_yard.status("faulted")
    point_yard.status("available")
    point_yard.snooze("ann", 15)
    point_yard.status("faulted")
    assert point_yard.places() == ["ann", "bob"]
    assert [one.front_at is not None for one in point_yard.site.queue] == [True, True]

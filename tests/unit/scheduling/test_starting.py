"""A start from afar at a charger that nobody has makes it the driver's in the same decision."""

from datetime import timedelta

import pytest

from model.charger import EndReason
from model.errors import Conflict, Forbidden
from model.settings import Presence
from scheduling.effects import HoldCharger, Message, StartRemotely
from scheduling.inputs import CancelReservation, StartAnswered, StartCharging, StopCharging, Tick
from scheduling.outcome import Decided
from scheduling.states import Standing
from tests.fakes.yard import Yard


def start(yard: Yard, name: str = "ann", charger_id: str = "c1") -> Decided:
    yard.driver(name)
    return yard.decide(StartCharging(user_id=name, charger_id=charger_id))


def answered(yard: Yard, outcome: str, answer: str = "", tag: str = "tag-ann") -> str:
    said = StartAnswered(source=yard.source(), charger_id="c1", outcome=outcome, answer=answer, tag=tag)
    return yard.decide(said).answers[0].reason


def test_a_free_charger_is_its_drivers_with_the_start(point_yard: Yard):
    decided = start(point_yard)
    assert point_yard.on() == "ann held"
    assert [type(one) for one in decided.effects if isinstance(one, HoldCharger | StartRemotely)] == [
        HoldCharger,
        StartRemotely,
    ]
    session = point_yard.charger().session
    assert session is not None
    assert session.plug_by == point_yard.now + timedelta(seconds=900)
    assert point_yard.record(1).reserved_until is None
    with pytest.raises(Conflict) as caught:
        start(point_yard, "bob")
    assert caught.value.code == "held_for_another"
    assert point_yard.starts("ann").tag_status == "Accepted"
    assert point_yard.on() == "ann charging"


def test_where_a_car_is_plugged_in_nothing_is_reserved_at_the_charge_point(point_yard: Yard):
    point_yard.status("preparing")
    decided = start(point_yard)
    assert not [one for one in decided.effects if isinstance(one, HoldCharger)]
    assert [one.connector for one in decided.effects if isinstance(one, StartRemotely)] == [1]
    assert point_yard.on() == "ann held"
    point_yard.starts("ann")
    assert point_yard.on() == "ann charging"


def test_a_charger_without_a_car_is_not_held_by_a_start_for_who_may_not_reserve_it(point_yard: Yard):
    point_yard.change(presence=Presence.RADIUS)
    with pytest.raises(Forbidden, match="be there"):
        start(point_yard)
    point_yard.driver("ann")
    point_yard.decide(StartCharging(user_id="ann", charger_id="c1", present=True))
    point_yard.wait_s(900)
    point_yard.change(presence=Presence.NONE)
    start(point_yard)
    point_yard.wait_s(900)
    with pytest.raises(Conflict) as caught:  # The second no-show of the day.
        start(point_yard)
    assert caught.value.code == "out_until_midnight"
    point_yard.change(presence=Presence.RADIUS)
    point_yard.status("preparing")
    start(point_yard)
    assert point_yard.on() == "ann held"


def test_a_start_the_charge_point_refuses_leaves_nothing_behind(point_yard: Yard):
    start(point_yard)
    answered(point_yard, "rejected", "Rejected")
    assert point_yard.on() == ""
    assert point_yard.messages() == [("ann", Message.START_FAILED), ("ann", Message.RESERVATION_ENDED)]
    assert point_yard.standing("ann") is Standing.NONE
    assert point_yard.record(1).end_reason is EndReason.WITHDRAWN
    assert point_yard.site.day is not None
    assert point_yard.site.day.no_shows == {}


def failures(yard: Yard, seconds: float) -> int:
    """How often the driver is told within that time that a start failed."""
    told, end = 0, yard.now + timedelta(seconds=seconds)
    while yard.now < end:
        yard.now += timedelta(seconds=1)
        yard.decide(Tick())
        told += yard.messages().count(("ann", Message.START_FAILED))
    return told


def awaited_start(yard: Yard) -> None:
    yard.driver("ann")
    yard.decide(StartCharging(user_id="ann", charger_id="c1", answer_s=75))


def test_a_start_nobody_answers_is_told_to_its_driver_in_time_and_once(point_yard: Yard):
    """Its bridge took the command and died."""
    awaited_start(point_yard)
    assert point_yard.site.next_due_at == point_yard.now + timedelta(seconds=75)
    assert failures(point_yard, 74) == 0
    assert failures(point_yard, 1) == 1
    assert point_yard.on() == ""
    assert point_yard.record(1).end_reason is EndReason.WITHDRAWN
    assert answered(point_yard, "expired") == "hold_over"  # the bridge is back
    assert failures(point_yard, 90) == 0


def test_the_holder_of_an_offer_keeps_it_when_nobody_answers_the_start(point_yard: Yard):
    point_yard.join("ann")
    awaited_start(point_yard)
    assert failures(point_yard, 80) == 1
    assert point_yard.on() == "ann held"
    assert answered(point_yard, "expired") == "told_before"
    assert answered(point_yard, "accepted") == ""
    assert failures(point_yard, 90) == 0
    awaited_start(point_yard)  # another try
    answered(point_yard, "rejected", "Rejected")
    assert point_yard.messages() == [("ann", Message.START_FAILED)]
    assert failures(point_yard, 90) == 0
    awaited_start(point_yard)
    assert failures(point_yard, 75) == 1


def test_an_answered_start_is_not_given_up(point_yard: Yard):
    awaited_start(point_yard)
    answered(point_yard, "accepted")
    assert failures(point_yard, 90) == 0
    assert point_yard.on() == "ann held"
    point_yard.starts("ann")
    assert point_yard.on() == "ann charging"


def test_a_start_whose_charge_began_is_not_given_up(point_yard: Yard):
    awaited_start(point_yard)
    point_yard.starts("ann")
    assert failures(point_yard, 90) == 0


def test_an_answer_to_somebody_elses_start_changes_nothing(point_yard: Yard):
    start(point_yard)
    point_yard.decide(CancelReservation(user_id="ann", charger_id="c1"))
    start(point_yard, "bob")
    assert answered(point_yard, "rejected", "Rejected") == "hold_over"
    assert point_yard.on() == "bob held"
    assert point_yard.messages() == []


def test_a_car_that_charges_already_is_not_stopped_by_a_late_refusal(point_yard: Yard):
    start(point_yard)
    point_yard.starts("ann")
    answered(point_yard, "rejected", "Rejected")
    assert point_yard.on() == "ann charging"


@pytest.mark.parametrize("asleep", [True, False])
def test_who_waits_goes_on_with_that_turn(point_yard: Yard, asleep: bool):
    if asleep:
        point_yard.join("ann")
        point_yard.snooze("ann", 30)
    else:
        point_yard.change(queue_hours={"mon": (("15:00", "18:00"),)})
        point_yard.join("ann")
    entry_id = point_yard.entry("ann").entry_id
    start(point_yard)
    assert point_yard.on() == "ann held"
    assert point_yard.places() == []
    assert point_yard.entry("ann").entry_id == entry_id
    point_yard.status("faulted")
    assert point_yard.places() == ["ann"]
    assert point_yard.entry("ann").front_at is not None


def test_who_is_called_to_one_charger_and_starts_at_another_gives_the_first_back(yard: Yard):
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2)
    yard.join("ann")
    assert yard.on("c1") == "ann offered"
    start(yard, "ann", "c2")
    assert (yard.on("c1"), yard.on("c2")) == ("", "ann held")
    assert yard.record(1, "c1").end_reason is EndReason.WITHDRAWN


def test_whoever_waits_comes_before_a_start(point_yard: Yard):
    point_yard.connector("c2", "CP1", 2)
    point_yard.join("bob")
    point_yard.status("preparing", "c2")
    point_yard.status("preparing", "c1")
    point_yard.join("cid")
    with pytest.raises(Conflict) as caught:
        start(point_yard, "ann", "c2")
    assert caught.value.code == "others_wait"


def test_a_start_where_somebody_else_reserved_at_the_charge_point_is_refused(point_yard: Yard):
    point_yard.status("reserved")
    with pytest.raises(Conflict) as caught:
        start(point_yard)
    assert caught.value.code == "in_use"


def test_a_stop_of_what_cannot_be_reached_is_refused(point_yard: Yard):
    point_yard.starts("ann")
    point_yard.link(connected=False)
    with pytest.raises(Conflict) as caught:
        point_yard.decide(StopCharging(user_id="ann", charger_id="c1"))
    assert caught.value.code == "charger_offline"


def test_a_start_that_is_not_followed_by_a_plug_costs_as_a_reservation_does(point_yard: Yard):
    start(point_yard)
    point_yard.wait_s(900)
    assert point_yard.on() == ""
    assert point_yard.places() == []
    assert point_yard.site.day is not None
    assert point_yard.site.day.no_shows == {"ann": 1}

"""An offer: made to the first who is awake, answered, declined, or guarded against an older one."""

import pytest

from model.charger import ChargerState, EndReason
from model.errors import Conflict
from scheduling.effects import HoldCharger, Message, ReleaseCharger
from scheduling.inputs import Accept, Decline
from scheduling.states import Standing
from tests.fakes.yard import Yard


def test_a_free_charger_is_offered_to_the_first(yard: Yard):
    yard.join("ann", "bob")
    yard.unit()
    assert yard.on() == "ann offered"
    assert yard.charger().state is ChargerState.PRE_SESSION
    assert yard.messages() == [("ann", Message.OFFERED)]
    assert yard.places() == ["bob"]


def test_nobody_waits_nobody_is_asked(unit_yard: Yard):
    assert unit_yard.charger().free
    assert unit_yard.effects == []


def test_the_choice_is_said_in_words(yard: Yard):
    yard.join("ann", "bob")
    yard.unit()
    assert "charger c1 offered to ann: first of 2 waiting" in yard.reasons[-1]
    assert "next is bob" in yard.reasons[-1]


def test_two_chargers_go_to_the_first_two(yard: Yard):
    yard.join("ann", "bob", "cid")
    yard.unit("c1")
    yard.unit("c2")
    assert (yard.on("c1"), yard.on("c2"), yard.places()) == ("ann offered", "bob offered", ["cid"])


def test_accepting_gives_the_time_to_plug_in_from_then(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.pass_s(300)
    unit_yard.accept("ann")
    session = unit_yard.charger().session
    assert session is not None
    assert session.plug_by is not None
    assert (session.plug_by - unit_yard.now).total_seconds() == 900
    assert unit_yard.messages() == [("ann", Message.HELD)]


def test_accepting_twice_is_no_harm(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.accept("ann")
    before = unit_yard.site
    unit_yard.pass_s(60)
    assert not unit_yard.decide(Accept(user_id="ann")).changed
    assert unit_yard.site is before


def test_the_charge_point_holds_the_charger_ten_minutes_longer(point_yard: Yard):
    point_yard.join("ann")
    [hold] = [one for one in point_yard.decide(Accept(user_id="ann")).effects if isinstance(one, HoldCharger)]
    session = point_yard.charger().session
    assert session is not None
    assert session.plug_by is not None
    assert (hold.until - session.plug_by).total_seconds() == 600
    assert (hold.charge_point_id, hold.connector, hold.tag) == ("CP1", 1, "tag-ann")
    assert hold.reservation_id == session.reservation_id > 0


def test_declining_leaves_the_queue_and_asks_the_next(point_yard: Yard):
    point_yard.join("ann", "bob")
    decided = point_yard.decline("ann")
    assert point_yard.standing("ann") is Standing.NONE
    assert point_yard.people["ann"].place is None
    assert point_yard.on() == "bob offered"
    assert point_yard.record(1).end_reason is EndReason.DECLINED
    assert [type(one) for one in decided.effects if isinstance(one, ReleaseCharger | HoldCharger)] == [
        ReleaseCharger,
        HoldCharger,
    ]


def test_a_hold_can_be_declined_too(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.accept("ann")
    unit_yard.decline("ann")
    assert unit_yard.on() == ""


def test_leaving_with_an_offer_is_declining(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.leave("ann")
    assert unit_yard.record(1).end_reason is EndReason.DECLINED


def test_the_answer_to_an_older_offer_is_refused(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.decline("ann")
    unit_yard.join("ann")
    with pytest.raises(Conflict, match="another one now") as refused:
        unit_yard.decide(Decline(user_id="ann", number=1))
    assert refused.value.code == "other_offer"
    unit_yard.decide(Decline(user_id="ann", number=2))


def test_an_answer_after_the_deadline_comes_too_late(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.pass_s(600)
    with pytest.raises(Conflict):
        unit_yard.accept("ann")
    unit_yard.wait_s(0)
    assert unit_yard.record(1).end_reason is EndReason.LAPSED


def test_ending_an_offer_by_its_owner_is_declining(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.end(by="owner")
    assert unit_yard.record(1).end_reason is EndReason.DECLINED
    assert unit_yard.messages() == []


@pytest.mark.parametrize("by", ["admin", "service"])
def test_an_offer_that_somebody_else_ends_is_withdrawn_and_the_driver_told(unit_yard: Yard, by):
    unit_yard.join("ann", "bob")
    unit_yard.end(by=by)
    assert unit_yard.record(1).end_reason is EndReason.WITHDRAWN
    assert unit_yard.messages() == [("ann", Message.WITHDRAWN), ("bob", Message.OFFERED)]
    assert unit_yard.standing("ann") is Standing.NONE


def test_session_numbers_go_on(unit_yard: Yard):
    for number in (1, 2, 3):
        unit_yard.join("ann")
        assert unit_yard.charger().last_session == number
        unit_yard.decline("ann")
    assert sorted(number for _, number in unit_yard.sessions) == [1, 2, 3]

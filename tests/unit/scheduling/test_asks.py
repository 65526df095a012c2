"""What drivers say of each other's cars: blocked stalls, and "please move"."""

from dataclasses import replace

import pytest

from model.charger import StationState
from model.errors import Conflict, NotFound
from scheduling.effects import Alert, Message, Warn
from scheduling.inputs import Blocked, PleaseMove
from tests.fakes.yard import Yard


@pytest.fixture
def held(point_yard: Yard) -> Yard:
    """Ann holds ``c1``; bob waits."""
    point_yard.join("ann", "bob")
    point_yard.accept("ann")
    return point_yard


def blocked(yard: Yard, name: str, charger_id: str = "c1") -> list[Warn]:
    yard.driver(name)
    yard.decide(Blocked(user_id=name, charger_id=charger_id))
    return [one for one in yard.effects if isinstance(one, Warn)]


def test_the_holder_of_a_blocked_charger_goes_to_the_front_at_no_cost_and_the_managers_are_told(held: Yard):
    [alert] = blocked(held, "ann")
    assert (alert.alert, alert.charger_id, alert.facts) == (Alert.BLOCKED, "c1", {})
    assert held.places() == ["ann", "bob"]
    assert held.entry("ann").front_at == held.now
    assert ("ann", Message.FRONT) in held.messages()
    assert held.site.day is not None
    assert not held.site.day.no_shows


def test_a_blocked_charger_is_offered_to_nobody_until_a_car_was_there(held: Yard):
    blocked(held, "ann")
    assert held.on() == ""
    assert held.charger().station_state is StationState.USED
    held.wait_s(600)
    assert held.on() == ""
    held.status("preparing")
    assert held.charger().blocked_at is None
    held.status("available")
    assert held.on() == "ann offered"


def test_a_manager_says_that_it_is_free_again(held: Yard):
    blocked(held, "ann")
    held.set_state("available")
    assert held.on() == "ann offered"


def test_after_two_hours_it_is_tried_again(held: Yard):
    blocked(held, "ann")
    held.wait_s(2 * 3600 - 1)
    assert held.on() == ""
    held.wait_s(1)
    assert held.on() == "ann offered"


def test_who_does_not_hold_it_only_tells_the_managers_once_in_a_while(held: Yard):
    assert len(blocked(held, "cid")) == 1
    assert held.on() == "ann held"
    assert held.charger().blocked_at is None
    assert blocked(held, "bob") == []
    held.wait_s(900)
    assert [one.facts for one in held.effects if isinstance(one, Warn)] == [{"chargers": "c1", "times": 1}]


def test_who_charges_does_not_report(point_yard: Yard):
    point_yard.join("ann")
    point_yard.starts("ann")
    with pytest.raises(Conflict, match="You cannot"):
        blocked(point_yard, "ann")
    with pytest.raises(NotFound):
        blocked(point_yard, "bob", "none")


def asks(yard: Yard, name: str = "bob") -> None:
    yard.decide(PleaseMove(user_id=name, charger_id="c1"))


@pytest.fixture
def full(point_yard: Yard) -> Yard:
    """The full car of ann; bob and cid wait."""
    point_yard.join("ann", "bob", "cid")
    point_yard.starts("ann")
    point_yard.stops()
    return point_yard


def test_the_driver_of_a_full_car_is_asked_and_nobody_is_named(full: Yard):
    asks(full)
    [message] = full.told
    assert (message.user_id, message.message) == ("ann", Message.PLEASE_MOVE)
    assert message.facts == {"waiting": 2, "colleague": True}


def test_a_driver_is_asked_once_in_a_quarter_of_an_hour_by_whomever(full: Yard):
    asks(full)
    full.pass_s(899)
    with pytest.raises(Conflict) as refused:
        asks(full, "cid")
    assert refused.value.code == "asked_lately"
    full.pass_s(1)
    asks(full, "cid")
    assert full.messages() == [("ann", Message.PLEASE_MOVE)]


def test_only_who_waits_may_ask_and_only_the_driver_of_a_full_car(full: Yard):
    full.driver("dee")
    with pytest.raises(Conflict) as refused:
        asks(full, "dee")
    assert refused.value.code == "illegal_transition"
    charger = full.charger()
    assert charger.session is not None
    full.site = replace(full.site, chargers={"c1": replace(charger, session=replace(charger.session, entry=None))})
    with pytest.raises(Conflict) as refused:
        asks(full)
    assert refused.value.code == "nobody_known"


def test_a_car_that_charges_is_left_alone(point_yard: Yard):
    point_yard.join("ann", "bob")
    point_yard.starts("ann")
    with pytest.raises(Conflict) as refused:
        asks(point_yard)
    assert refused.value.code == "not_full"

"""The charger fails its driver: to the front, at no cost."""

import pytest

from model.charger import ChargerState, EndReason, Enforcement
from scheduling.effects import Alert, Message, Warn
from scheduling.inputs import HoldAnswered, StartAnswered, StartCharging
from tests.fakes.yard import Yard


@pytest.fixture(params=["offered", "held"])
def given(request: pytest.FixtureRequest, point_yard: Yard) -> Yard:
    """``c1`` is ann's (offered, or held), bob waits."""
    point_yard.join("ann", "bob")
    if request.param == "held":
        point_yard.accept("ann")
    return point_yard


def hold_answered(yard: Yard, outcome: str, answer: str = "") -> HoldAnswered:
    return HoldAnswered(
        source=yard.source(),
        reservation_id=yard.site.last_reservation,
        charge_point_id="CP1",
        outcome=outcome,
        answer=answer,
    )


def assert_front_at_no_cost(yard: Yard) -> None:
    assert yard.places() == ["ann", "bob"]
    entry = yard.entry("ann")
    assert entry.front_at == yard.now
    assert not entry.let_go
    assert yard.record(1).end_reason is EndReason.WITHDRAWN
    assert ("ann", Message.FRONT) in yard.messages()
    day = yard.site.day
    assert day is not None
    assert (day.silences, day.no_shows, day.snoozes) == ({}, {}, {})
    assert yard.people["ann"].record.ask_day == day.date
    assert yard.on() == ""


@pytest.mark.parametrize("status", ["faulted", "unavailable"])
def test_a_charger_that_fails_puts_its_driver_in_front(given: Yard, status):
    given.status(status)
    assert_front_at_no_cost(given)
    assert given.charger().state.value == status


def test_a_fault_is_told_to_the_manager_once(given: Yard):
    given.status("faulted")
    assert [one.alert for one in given.effects if isinstance(one, Warn)] == [Alert.FAULTED]
    given.status("faulted")
    assert given.effects == []


def test_taking_a_charger_out_of_service_puts_its_driver_in_front(given: Yard):
    given.set_state("unavailable")
    assert_front_at_no_cost(given)


@pytest.mark.parametrize("answer", ["Faulted", "Unavailable"])
def test_a_reservation_answered_faulted_or_unavailable_puts_the_driver_in_front(given: Yard, answer):
    given.decide(hold_answered(given, "rejected", answer))
    assert_front_at_no_cost(given)


def test_a_reservation_answered_occupied_puts_the_driver_in_front(given: Yard):
    given.decide(hold_answered(given, "rejected", "Occupied"))
    assert_front_at_no_cost(given)
    assert given.charger().plugged


def test_occupied_that_crossed_the_word_available_occupies_nothing(point_yard: Yard):
    point_yard.starts("cid", "t1")
    point_yard.status("charging")
    point_yard.join("ann")
    point_yard.stops("t1", reason="EVDisconnected")
    point_yard.pass_s(1)
    point_yard.status("available")
    point_yard.pass_s(1)
    point_yard.decide(hold_answered(point_yard, "rejected", "Occupied"))
    assert (point_yard.on(), point_yard.charger().plugged) == ("ann offered", False)
    assert point_yard.charger().last_session == 3
    point_yard.pass_s(1)
    point_yard.decide(hold_answered(point_yard, "rejected", "Occupied"))  # Still: it means it.
    assert (point_yard.on(), point_yard.charger().plugged) == ("", True)


def test_a_reservation_that_cannot_be_made_longer_stands(point_yard: Yard):
    point_yard.join("ann")
    point_yard.status("reserved")
    point_yard.accept("ann")
    decided = point_yard.decide(hold_answered(point_yard, "rejected", "Occupied"))
    assert decided.answers[0].reason == "reserved_already"
    assert point_yard.on() == "ann held"


def test_occupied_may_be_the_holder_already(point_yard: Yard):
    point_yard.join("ann")
    point_yard.accept("ann")
    point_yard.status("preparing")
    decided = point_yard.decide(hold_answered(point_yard, "rejected", "Occupied"))
    assert decided.answers[0].reason == "holder_may_be_plugged"
    assert point_yard.on() == "ann held"


def test_a_failing_charger_keeps_its_charge(point_yard: Yard):
    point_yard.starts("ann")
    point_yard.status("faulted")
    assert point_yard.on() == "ann charging"
    assert point_yard.charger().state is ChargerState.FAULTED
    point_yard.status("charging")
    assert point_yard.charger().state is ChargerState.CHARGING


def test_who_was_failed_first_is_asked_first(yard: Yard):
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2)
    yard.join("ann", "bob", "cid")
    yard.status("faulted", "c2")
    yard.pass_s(5)
    yard.status("faulted", "c1")
    assert yard.places() == ["bob", "ann", "cid"]
    yard.status("available", "c1")
    assert yard.on("c1") == "bob offered"


@pytest.mark.parametrize(
    ("outcome", "answer", "shown"),
    [
        ("accepted", "Accepted", Enforcement.RESERVE),
        ("rejected", "Rejected", Enforcement.AUTHORIZE),
        ("failed", "NotSupported", Enforcement.AUTHORIZE),
        ("failed", "NotImplemented", Enforcement.AUTHORIZE),
    ],
)
def test_the_answer_to_a_hold_shows_how_it_is_enforced(given: Yard, outcome, answer, shown):
    given.decide(hold_answered(given, outcome, answer))
    assert given.charger().enforcement is shown
    assert given.on() != ""


def test_an_answer_to_a_hold_that_is_over_is_noted(given: Yard):
    late = hold_answered(given, "rejected", "Faulted")
    given.decline("ann")
    assert given.decide(late).answers[0].reason == "hold_over"
    assert given.on() == "bob offered"


def test_a_hold_that_could_not_be_sent_stands(given: Yard):
    before = given.on()
    assert given.decide(hold_answered(given, "not_connected")).answers[0].outcome == "noted"
    assert given.on() == before


def test_a_start_from_the_app_that_came_to_nothing_is_told(point_yard: Yard):
    point_yard.join("ann")
    point_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    point_yard.decide(StartAnswered(source=point_yard.source(), charger_id="c1", outcome="rejected", answer="Rejected"))
    assert point_yard.messages() == [("ann", Message.START_FAILED)]
    assert point_yard.on() == "ann held"
    point_yard.decide(StartAnswered(source=None, charger_id="c1", outcome="accepted"))
    assert point_yard.effects == []

"""The original unit: it reports a level every few seconds; only edges mean something."""

import pytest

from model.charger import ChargerState, EndReason
from model.errors import Conflict, Forbidden
from scheduling.effects import Alert, Warn
from scheduling.inputs import NotMe, UnitSilent
from tests.fakes.yard import Yard


@pytest.fixture
def held(unit_yard: Yard) -> Yard:
    unit_yard.join("ann", "bob")
    unit_yard.accept("ann")
    return unit_yard


@pytest.mark.parametrize("level", ["available", "charging", "full", "faulted", "unavailable"])
def test_the_same_level_again_changes_nothing(unit_yard: Yard, level):
    unit_yard.level(level)
    before = unit_yard.site
    assert unit_yard.level(level).outcome == "repeat"
    assert unit_yard.site is before


def test_the_first_rising_edge_in_a_hold_counts_as_the_holders(held: Yard):
    held.level("charging")
    assert held.on() == "ann charging"
    assert not held.record(1).confirmed


def test_a_plug_is_an_answer_to_an_open_offer(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.level("charging")
    assert unit_yard.on() == "ann charging"
    assert unit_yard.record(1).accepted_at == unit_yard.now


@pytest.mark.parametrize("phase", ["offered", "held"])
def test_a_level_available_never_ends_an_offer_or_a_hold(unit_yard: Yard, phase):
    unit_yard.level("charging")
    unit_yard.level("available")
    unit_yard.join("ann")
    if phase == "held":
        unit_yard.accept("ann")
    unit_yard.level("available")
    assert unit_yard.on() == f"ann {phase}"


def test_full_without_a_session_is_a_car_that_stands_there(unit_yard: Yard):
    unit_yard.level("full")
    assert unit_yard.on() == ""
    assert unit_yard.charger().plugged
    unit_yard.join("ann")
    assert unit_yard.on() == ""


def test_charging_without_a_hold_is_a_session_of_nobody(unit_yard: Yard):
    unit_yard.level("charging")
    assert unit_yard.on() == "nobody charging"
    unit_yard.level("full")
    unit_yard.level("available")
    assert unit_yard.record(1).end_reason is EndReason.UNPLUGGED
    assert unit_yard.charger().free


def test_charge_full_again_full_and_away(held: Yard):
    for level, shown in [("charging", "charging"), ("full", "full"), ("charging", "charging"), ("full", "full")]:
        held.level(level)
        assert held.on() == f"ann {shown}"
    held.level("available")
    assert held.on() == "bob offered"


def test_only_a_falling_edge_ends_a_session(held: Yard):
    held.set_state("charging")  # an admin's word; the unit still says nothing
    held.level("available")
    assert held.on() == "ann charging"
    held.level("charging")
    held.level("available")
    assert held.record(1).end_reason is EndReason.UNPLUGGED


def test_a_car_that_left_during_a_fault_has_left(held: Yard):
    held.level("charging")
    held.level("faulted")
    assert held.on() == "ann charging"
    held.level("available")
    assert held.record(1).end_reason is EndReason.UNPLUGGED


def test_a_car_that_left_while_the_unit_was_silent_has_left(held: Yard):
    held.level("charging")
    held.decide(UnitSilent(charger_id="c1"))
    assert held.charger().state is ChargerState.OFFLINE
    held.level("available")
    assert held.record(1).end_reason is EndReason.UNPLUGGED


def test_a_silent_unit_is_offline_and_the_manager_told(unit_yard: Yard):
    unit_yard.level("available")
    unit_yard.decide(UnitSilent(charger_id="c1"))
    assert [one.alert for one in unit_yard.effects if isinstance(one, Warn)] == [Alert.OFFLINE]
    assert not unit_yard.decide(UnitSilent(charger_id="c1")).changed
    unit_yard.level("available")
    assert unit_yard.charger().state is ChargerState.AVAILABLE


def test_a_charge_points_charger_is_no_silent_unit(point_yard: Yard):
    assert not point_yard.decide(UnitSilent(charger_id="c1")).changed


def test_the_same_car_charging_since_before_is_no_rising_edge(unit_yard: Yard):
    unit_yard.level("charging")
    unit_yard.end(by="admin")
    unit_yard.decide(UnitSilent(charger_id="c1"))
    unit_yard.level("charging")
    assert unit_yard.on() == ""
    assert unit_yard.charger().plugged


def test_ended_by_its_owner_the_charger_is_offered_only_when_unplugged(held: Yard):
    held.level("charging")
    held.end(by="owner")
    assert held.on() == ""
    held.level("available")
    assert held.on() == "bob offered"


def test_not_me_makes_the_session_nobodys_and_puts_the_holder_in_front(held: Yard):
    held.level("charging")
    held.join("cid")
    held.decide(NotMe(user_id="ann", charger_id="c1"))
    assert held.on() == "nobody charging"
    assert held.places() == ["ann", "bob", "cid"]
    assert held.record(1).user_id == ""
    assert [one.alert for one in held.effects if isinstance(one, Warn)] == [Alert.NOT_ME]
    held.level("available")
    assert held.on() == "ann offered"


def test_who_identified_themselves_cannot_say_not_me(point_yard: Yard):
    point_yard.starts("ann")
    with pytest.raises(Conflict) as refused:
        point_yard.decide(NotMe(user_id="ann", charger_id="c1"))
    assert refused.value.code == "session_confirmed"


def test_not_me_of_anothers_session_is_forbidden(held: Yard):
    held.level("charging")
    with pytest.raises(Forbidden):
        held.decide(NotMe(user_id="bob", charger_id="c1"))


@pytest.mark.parametrize(
    ("charger_id", "level", "reason"), [("c9", "full", "unknown_charger"), ("c1", "x", "unknown_level")]
)
def test_what_cannot_be_understood_is_noted(unit_yard: Yard, charger_id, level, reason):
    answer = unit_yard.level(level, charger_id)
    assert (answer.outcome, answer.reason) == ("noted", reason)

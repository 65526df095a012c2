"""A held charger is its holder's: whose tag is an answer, whose is refused, and when a late plug still counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from model.charger import EndReason
from model.ids import fold
from scheduling.effects import Alert, Message, ReleaseCharger, StopRemotely, Warn
from scheduling.inputs import Tick
from scheduling.rights.admission import admit, charger_keys_at
from scheduling.states import Standing
from tests.fakes.yard import Yard


@pytest.fixture
def held(point_yard: Yard) -> Yard:
    """``c1`` is held for ann, bob waits."""
    point_yard.join("ann", "bob")
    point_yard.accept("ann")
    return point_yard


def out_today(yard: Yard) -> list[str]:
    assert yard.site.day is not None
    return list(yard.site.day.out)


def verdict(yard: Yard, name: str, charger_id: str = "c1") -> tuple[str, str]:
    """What Authorize answers at the charger."""
    person = yard.people.get(name)
    found = admit(yard.site, [fold(charger_id)], yard.tagged(name), person, yard.now)
    return found.tag_status, found.reason


def test_the_holders_tag_starts_the_session(held: Yard):
    answer = held.starts("ann")
    assert (answer.outcome, answer.tag_status, answer.parent_tag) == ("applied", "Accepted", "tag-ann")
    assert held.on() == "ann charging"
    assert held.record(1).transaction_id == "t1"
    assert held.messages() == [("ann", Message.STARTED)]


def test_the_holders_tag_is_an_answer_to_an_open_offer(point_yard: Yard):
    point_yard.join("ann")
    point_yard.starts("ann")
    assert point_yard.on() == "ann charging"
    assert point_yard.record(1).accepted_at == point_yard.now


def test_the_hold_is_let_go_at_the_charge_point_unless_the_start_used_it_up(held: Yard):
    session = held.charger().session
    assert session is not None
    held.starts("ann", reservation_id=session.reservation_id)
    assert not [one for one in held.effects if isinstance(one, ReleaseCharger)]


def test_a_start_that_did_not_use_the_reservation_releases_it(held: Yard):
    held.starts("ann")
    assert [type(one) for one in held.effects if isinstance(one, ReleaseCharger)] == [ReleaseCharger]


def test_a_strangers_start_is_refused_and_booked_apart(held: Yard):
    answer = held.starts("bob")
    assert (answer.outcome, answer.tag_status, answer.reason) == ("noted", "Blocked", "held_for_another")
    assert held.on() == "ann held"
    transaction = held.charger().transaction
    assert transaction is not None
    assert transaction.session_number == 0
    assert [one.transaction_id for one in held.effects if isinstance(one, StopRemotely)] == ["t1"]
    assert [one.alert for one in held.effects if isinstance(one, Warn)] == [Alert.STRANGER]
    before = dict(held.sessions)
    answer = held.stops()
    assert (answer.outcome, answer.reason) == ("noted", "refused_transaction")
    assert held.sessions == before


def test_the_holder_starts_after_the_stranger_is_gone(held: Yard):
    held.starts("bob", "t1")
    held.stops("t1", reason="EVDisconnected")
    held.starts("ann", "t2")
    assert held.on() == "ann charging"


def test_the_holder_starts_though_the_stranger_never_ended(held: Yard):
    held.starts("bob", "t1")
    held.starts("ann", "t2")
    assert held.on() == "ann charging"
    assert held.record(1).transaction_id == "t2"


def test_a_card_of_nobody_is_refused(held: Yard):
    assert held.starts("").tag_status == "Invalid"
    assert held.on() == "ann held"


def test_authorize_says_the_same_beforehand(held: Yard):
    assert verdict(held, "ann") == ("Accepted", "own_session")
    assert verdict(held, "bob") == ("Blocked", "held_for_another")
    assert verdict(held, "") == ("Invalid", "unknown_tag")


def test_authorize_without_a_connector_is_blocked_only_where_nothing_could_be_started(held: Yard):
    keys = charger_keys_at(held.site, "CP1", None)
    assert keys == ["c1"]
    assert not admit(held.site, keys, held.tagged("bob"), held.people["bob"], held.now).admitted
    held.decline("ann")
    held.connector("c2", connector=2)
    keys = charger_keys_at(held.site, "CP1", 0)
    assert keys == ["c1", "c2"]
    assert admit(held.site, keys, held.tagged("bob"), held.people["bob"], held.now).admitted


@pytest.mark.parametrize("refused", ["Blocked", "Expired"])
def test_a_card_that_is_blocked_does_not_open_its_holders_hold(held: Yard, refused):
    tagged = replace(held.tagged("ann"), verdict=refused)
    assert held.starts("ann", tagged=tagged).tag_status == refused
    assert held.on() == "ann held"


def test_a_plug_identifies_nobody(held: Yard):
    held.status("preparing")
    assert held.on() == "ann held"
    assert held.charger().plugged


def test_a_hold_blocked_by_an_unknown_car_goes_to_the_front_at_no_cost(held: Yard):
    held.status("preparing")
    held.wait_s(900)
    assert held.places() == ["ann", "bob"]
    assert held.entry("ann").front_at is not None
    assert held.record(1).end_reason is EndReason.WITHDRAWN
    assert held.site.day is not None
    assert held.site.day.no_shows == {}
    assert held.on() == ""


def test_the_holder_who_plugged_in_time_and_taps_later_gets_the_hold_back(held: Yard):
    held.pass_s(890)
    held.status("preparing")
    held.wait_s(60)
    assert held.standing("ann") is Standing.WAITING
    assert held.starts("ann").tag_status == "Accepted"
    assert held.on() == "ann charging"
    assert held.places() == ["bob"]


def test_a_car_that_came_after_the_deadline_gives_nothing_back(point_yard: Yard):
    point_yard.join("ann")
    point_yard.change(silence_snooze_s=3600)
    point_yard.wait_s(600)
    point_yard.status("preparing")
    assert point_yard.charger().last_hold is None
    point_yard.join("bob")
    assert point_yard.starts("ann").reason == "others_wait"


def test_a_plug_received_in_time_and_told_late_restores_a_lapsed_hold(held: Yard):
    held.decline("ann")  # bob is asked
    held.accept("bob")
    plugged_at = held.now + timedelta(seconds=800)
    held.wait_s(900)
    assert held.record(2).end_reason is EndReason.NO_SHOW
    held.decline("bob")
    held.pass_s(5)
    held.starts("bob", received_at=plugged_at)
    assert held.on() == "bob charging"
    assert held.site.day is not None
    assert held.site.day.no_shows == {}
    assert held.record(2).ended_at is None
    assert held.places() == []


def test_a_restored_driver_is_no_longer_out(point_yard: Yard):
    point_yard.join("ann")
    point_yard.accept("ann")
    point_yard.wait_s(900)
    point_yard.accept("ann")
    in_time = point_yard.now + timedelta(seconds=890)
    point_yard.wait_s(900)
    assert out_today(point_yard) == ["ann"]
    point_yard.starts("ann", received_at=in_time)
    assert point_yard.on() == "ann charging"
    assert out_today(point_yard) == []
    assert point_yard.site.day is not None
    assert point_yard.site.day.no_shows == {"ann": 1}


def test_a_hold_is_not_restored_when_the_charger_was_given_on(held: Yard):
    in_time = held.now + timedelta(seconds=800)
    held.wait_s(900)
    assert held.on() == "bob offered"
    held.pass_s(1)
    assert held.starts("ann", received_at=in_time).tag_status == "Blocked"
    assert held.on() == "bob offered"
    assert held.site.day is not None
    assert held.site.day.no_shows == {"ann": 1}


def test_who_was_asked_elsewhere_meanwhile_gives_that_back(point_yard: Yard):
    point_yard.join("ann")
    point_yard.accept("ann")
    in_time = point_yard.now + timedelta(seconds=800)
    point_yard.decide(Tick())
    point_yard.status("preparing", received_at=in_time - timedelta(seconds=700))
    point_yard.wait_s(900)
    point_yard.connector("c2", connector=2)
    assert point_yard.on("c2") == "ann offered"
    point_yard.starts("ann", received_at=point_yard.now)
    assert (point_yard.on("c1"), point_yard.on("c2")) == ("ann charging", "")


def test_called_to_one_charger_the_driver_may_use_another_free_one(yard: Yard):
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2)
    yard.join("ann")
    entry = yard.entry("ann").entry_id
    yard.starts("ann", charger_id="c2")
    assert (yard.on("c1"), yard.on("c2")) == ("", "ann charging")
    assert yard.entry("ann").entry_id == entry
    assert yard.record(1, "c1").end_reason is EndReason.WITHDRAWN


def test_the_same_start_again_is_a_repeat(held: Yard):
    held.starts("ann")
    before = held.site
    answer = held.starts("ann")
    assert (answer.outcome, answer.tag_status) == ("repeat", "Accepted")
    assert held.site.chargers == before.chargers


def test_the_same_event_again_is_a_repeat(held: Yard):
    event = held.start_input("ann")
    held.decide(event)
    decided = held.decide(event)
    assert decided.answers[0].outcome == "repeat"
    assert not decided.changed

"""Transactions told again, told late, or never ended: each is booked once, and no charger waits for ever."""

import pytest

from scheduling.effects import StopRemotely
from tests.fakes.yard import Yard


def test_a_start_told_again_after_its_end_begins_nothing(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1500, reason="EVDisconnected")
    point_yard.status("available")
    answer = point_yard.starts("ann", "t1")
    assert (answer.outcome, answer.reason, answer.tag_status) == ("repeat", "over", "Accepted")
    assert (point_yard.on(), point_yard.charger().last_session, point_yard.charger().free) == ("", 1, True)


def test_a_refused_start_told_again_after_its_end_begins_nothing(point_yard: Yard):
    point_yard.join("ann")
    assert point_yard.starts("bob", "t1").tag_status == "Blocked"
    point_yard.stops("t1", 1000, reason="DeAuthorized")
    point_yard.leave("ann")
    assert point_yard.starts("bob", "t1").outcome == "repeat"
    assert point_yard.on() == ""


def test_a_start_told_again_does_not_end_the_next_one(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1500, reason="EVDisconnected")
    point_yard.starts("bob", "t2")
    assert point_yard.starts("ann", "t1").outcome == "repeat"
    assert point_yard.on() == "bob charging"


def test_what_happened_while_it_was_away_does_not_occupy_a_charger_that_is_free_now(point_yard: Yard):
    point_yard.starts("cid", "t0")
    point_yard.stops("t0", 1000, reason="EVDisconnected")
    point_yard.status("available")
    point_yard.starts("ann", "t1", offline=True)
    point_yard.stops("t1", 1700, reason="Local")
    assert (point_yard.on(), point_yard.charger().free) == ("", True)
    assert point_yard.record(2).energy_wh == 700


def test_a_free_charger_is_free_though_the_end_of_a_stopped_session_never_came(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.end()
    point_yard.join("bob")
    assert point_yard.on() == ""
    point_yard.status("available")
    assert point_yard.on() == "bob offered"
    point_yard.stops("t1", 1800)
    assert point_yard.record(1).energy_wh == 800


def test_ending_a_session_whose_car_has_left_frees_the_charger(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.status("charging")
    point_yard.status("available")
    assert point_yard.on() == "ann charging"
    point_yard.join("bob")
    point_yard.end()
    assert point_yard.on() == "bob offered"


def test_a_transaction_that_the_charge_point_forgot_ends_as_a_ghost(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.status("charging")
    point_yard.metered(400)
    point_yard.status("available")
    said_at = point_yard.now
    point_yard.join("bob")
    point_yard.wait_s(1790)
    assert point_yard.on() == "ann charging"
    point_yard.wait_s(20)
    assert point_yard.on() == "bob offered"
    ended = point_yard.record(1)
    assert (ended.end_reason, ended.ended_at, ended.energy_wh) == ("ghost", said_at, 400)


def test_energy_shows_that_the_car_is_still_there(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.status("charging")
    point_yard.status("available")
    point_yard.wait_s(1000)
    point_yard.metered(400)
    point_yard.wait_s(1000)
    assert point_yard.on() == "ann charging"
    point_yard.wait_s(2000)
    assert point_yard.on() == ""


def test_a_charge_point_that_says_nothing_but_available_is_no_ghost(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.wait_s(7200)
    assert point_yard.on() == "ann charging"


@pytest.mark.parametrize(
    ("first_start_wh", "known_wh", "second_start_wh", "stop_wh", "energy_wh"),
    [
        (1000, 500, 1000, 2000, 1000),  # the same charge told under a new id
        (1000, 500, 1700, 2100, 1100),  # the end of the first never came
        (1000, 500, 1500, 2100, 1100),
        (0, 500, 0, 600, 1100),  # a register that begins anew
        (1000, 500, 200, 800, 1100),
    ],
)
def test_no_energy_is_booked_twice_or_lost_between_two_transactions_of_one_session(
    point_yard: Yard, first_start_wh: int, known_wh: int, second_start_wh: int, stop_wh: int, energy_wh: int
):
    point_yard.starts("ann", "t1", meter_start_wh=first_start_wh)
    point_yard.metered(known_wh)
    point_yard.starts("ann", "t2", meter_start_wh=second_start_wh)
    point_yard.stops("t2", stop_wh, reason="EVDisconnected")
    assert point_yard.record(1).energy_wh == energy_wh
    assert point_yard.charger().last_session == 1


def test_a_stop_that_may_have_been_lost_is_asked_again_when_the_charge_point_returns(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.link(connected=True, epoch=2)
    assert point_yard.effects == []
    point_yard.end()
    point_yard.link(connected=True, epoch=3)
    assert [one.transaction_id for one in point_yard.effects if isinstance(one, StopRemotely)] == ["t1"]
    point_yard.link(connected=True, epoch=3)  # the same connection, told once more
    assert [one.transaction_id for one in point_yard.effects if isinstance(one, StopRemotely)] == []


def test_what_the_bridge_let_go_on_is_booked_although_it_was_anothers_turn(point_yard: Yard):
    point_yard.join("ann")
    answer = point_yard.starts("bob", "t1", admitted=True)
    assert answer.tag_status == "Accepted"
    assert (point_yard.on(), point_yard.places()) == ("bob charging", ["ann"])
    point_yard.stops("t1", 1900, reason="EVDisconnected")
    assert [(point_yard.record(2).username, point_yard.record(2).energy_wh)] == [("bob", 900)]
    assert point_yard.on() == "ann offered"


def test_a_start_that_was_refused_after_the_bridge_had_let_it_go_on_is_booked(point_yard: Yard):
    point_yard.join("ann")
    assert point_yard.starts("bob", "t1").tag_status == "Blocked"
    assert point_yard.starts("bob", "t1", admitted=True).outcome == "applied"
    assert (point_yard.on(), point_yard.places()) == ("bob charging", ["ann"])
    assert point_yard.starts("bob", "t1", admitted=True).outcome == "repeat"
    point_yard.stops("t1", 1900, reason="Remote")
    assert (point_yard.record(2).transaction_id, point_yard.record(2).energy_wh) == ("t1", 900)


def test_a_register_that_jumped_at_the_end_books_what_was_known(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.metered(400)
    point_yard.stops("t1", 4_294_967_295, reason="EVDisconnected")
    assert point_yard.record(1).energy_wh == 400
    assert point_yard.site.fairness.energy_wh == 400

"""A free charger reserved by a driver who has not queued: a hold with its own time, which never passes the queue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from model.account import Place
from model.charger import EndReason
from model.errors import Conflict, Forbidden, Invalid, KilowaitError, NotFound
from model.settings import Presence
from scheduling.effects import HoldCharger, Message, ReleaseCharger
from scheduling.inputs import CancelReservation, HoldAnswered, Reserve, SetState
from scheduling.outcome import Decided
from scheduling.states import Standing
from tests.fakes.yard import Yard

MINUTE = timedelta(minutes=1)


def reserve(yard: Yard, name: str = "ann", charger_id: str = "c1", **more: object) -> Decided:
    yard.driver(name)
    return yard.decide(Reserve(user_id=name, charger_id=charger_id, **more))  # type: ignore[arg-type]


def refused(yard: Yard, name: str = "ann", charger_id: str = "c1", **more: object) -> KilowaitError:
    """The refusal, which changed nothing."""
    yard.driver(name)
    before = (yard.site, dict(yard.people), dict(yard.sessions))
    with pytest.raises((Conflict, Forbidden, Invalid, NotFound)) as caught:
        reserve(yard, name, charger_id, **more)
    assert (yard.site, yard.people, yard.sessions) == before
    return caught.value


def why(yard: Yard) -> list[tuple[str, Message, object]]:
    return [(one.user_id, one.message, one.facts.get("why")) for one in yard.told]


# --- made


def test_a_reservation_is_a_hold_at_the_charge_point_until_it_expires(point_yard: Yard):
    decided = reserve(point_yard)
    until = point_yard.now + timedelta(seconds=900)
    assert point_yard.on() == "ann held"
    assert point_yard.record(1).reserved_until == until
    [held] = [one for one in decided.effects if isinstance(one, HoldCharger)]
    assert (held.tag, held.until) == ("tag-ann", until + 10 * MINUTE)
    assert [(one.message, one.deadline) for one in point_yard.told] == [(Message.HELD, until)]
    assert point_yard.site.next_due_at == until
    assert point_yard.people["ann"].place is not None


def test_a_reservation_may_be_shorter_than_the_location_allows(point_yard: Yard):
    reserve(point_yard, seconds=300)
    session = point_yard.charger().session
    assert session is not None
    assert (session.plug_by, session.reserved_s) == (point_yard.now + 5 * MINUTE, 300)


def test_the_reserved_charger_is_refused_to_others_and_opened_to_its_driver(point_yard: Yard):
    reserve(point_yard)
    assert point_yard.starts("bob", "t1").reason == "held_for_another"
    point_yard.stops("t1")
    point_yard.status("available")
    assert point_yard.starts("ann", "t2").tag_status == "Accepted"
    assert point_yard.on() == "ann charging"
    assert point_yard.record(1).reserved_until is not None
    assert not point_yard.record(1).walk_up


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda yard: reserve(yard, "bob"), "held_for_another"),
        (lambda yard: yard.starts("bob"), "in_use"),
        (lambda yard: yard.status("preparing"), "in_use"),
        (lambda yard: yard.status("faulted"), "charger_not_ready"),
        (lambda yard: yard.status("reserved"), "charger_not_ready"),
        (lambda yard: yard.link(connected=False), "charger_offline"),
        (lambda yard: yard.set_state("unavailable"), "charger_not_ready"),
        (lambda yard: yard.change(reserve_s=0), "no_reservations"),
        (lambda yard: yard.change(walk_up=False), "join_first"),
        (lambda yard: yard.change(presence=Presence.RADIUS), "presence_required"),
    ],
)
def test_a_reservation_is_refused_with_its_reason(point_yard: Yard, prepare: Callable[[Yard], object], code: str):
    prepare(point_yard)
    assert refused(point_yard).code == code


def test_who_is_there_may_reserve_where_that_must_be_shown(point_yard: Yard):
    point_yard.change(presence=Presence.RADIUS)
    reserve(point_yard, present=True)
    assert point_yard.on() == "ann held"


@pytest.mark.parametrize("seconds", [0, -60, 901, 10**9])
def test_a_time_beyond_the_bound_is_refused(point_yard: Yard, seconds: int):
    problem = refused(point_yard, seconds=seconds)
    assert (problem.code, problem.field) == ("invalid_minutes", "minutes")


def test_an_unknown_charger_is_not_found(point_yard: Yard):
    assert refused(point_yard, charger_id="c9").code == "charger_not_found"


def test_who_has_a_place_here_or_elsewhere_does_not_reserve(yard: Yard):
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2)
    reserve(yard, "ann", "c1")
    assert refused(yard, "ann", "c2").code == "illegal_transition"
    person = yard.driver("bob")
    yard.people["bob"] = replace(person, place=Place(location_id="other", entry_id=4))
    yard.elsewhere.add("bob")
    assert refused(yard, "bob", "c2").code == "already_placed"


def test_who_cannot_pay_does_not_reserve(point_yard: Yard):
    point_yard.change(prepaid=True, price=30_000)
    assert refused(point_yard).code == "balance_exhausted"


# --- and the queue


def closed_with_one_waiting(yard: Yard) -> None:
    """bob came early: the queue opens in the afternoon, and until then nobody is called."""
    yard.change(queue_hours={"mon": (("15:00", "18:00"),)})
    yard.join("bob")
    assert yard.places() == ["bob"]
    assert yard.charger().free


def test_a_reservation_never_passes_who_may_be_called(point_yard: Yard):
    closed_with_one_waiting(point_yard)
    assert refused(point_yard).code == "others_wait"
    point_yard.change(reserve_past_queue=True)
    reserve(point_yard)
    assert point_yard.on() == "ann held"


def test_who_wakes_this_very_moment_comes_first(point_yard: Yard):
    point_yard.join("bob")
    point_yard.snooze("bob", 30)
    assert point_yard.charger().free
    point_yard.pass_s(30 * 60)
    assert refused(point_yard).code == "others_wait"


def test_who_sleeps_keeps_nobody_from_reserving(point_yard: Yard):
    point_yard.join("bob")
    point_yard.snooze("bob", 30)
    reserve(point_yard, seconds=60)
    assert point_yard.on() == "ann held"
    point_yard.wait_s(31 * 60)
    assert point_yard.on() == "bob offered"


# --- ended


def test_a_cancelled_reservation_costs_nothing_and_goes_to_the_next(point_yard: Yard):
    reserve(point_yard)
    point_yard.join("bob")
    decided = point_yard.decide(CancelReservation(user_id="ann", charger_id="c1"))
    assert any(isinstance(one, ReleaseCharger) for one in decided.effects)
    assert point_yard.record(1).end_reason is EndReason.DECLINED
    assert point_yard.on() == "bob offered"
    assert point_yard.standing("ann") is Standing.NONE
    assert point_yard.people["ann"].place is None
    assert point_yard.site.day is not None
    assert (point_yard.site.day.no_shows, point_yard.site.day.late_min) == ({}, {})


def test_nobody_cancels_the_reservation_of_somebody_else(point_yard: Yard):
    reserve(point_yard)
    point_yard.driver("bob")
    with pytest.raises(Forbidden) as caught:
        point_yard.decide(CancelReservation(user_id="bob", charger_id="c1"))
    assert caught.value.code == "not_your_session"


def test_a_reservation_that_is_not_used_expires_as_a_no_show(point_yard: Yard):
    reserve(point_yard)
    point_yard.wait_s(900)
    assert point_yard.on() == ""
    assert point_yard.places() == []
    assert point_yard.record(1).end_reason is EndReason.NO_SHOW
    assert why(point_yard) == [("ann", Message.RESERVATION_ENDED, "nobody plugged in in time")]
    assert point_yard.people["ann"].place is None


def test_an_unused_reservation_costs_an_hour_at_the_next_joining_once(point_yard: Yard):
    reserve(point_yard)
    point_yard.wait_s(900)
    point_yard.status("preparing")
    point_yard.join("bob", "ann")
    assert point_yard.entry("ann").score.penalty_min == 60
    assert point_yard.places() == ["bob", "ann"]
    point_yard.leave("ann")
    point_yard.join("ann")
    assert point_yard.entry("ann").score.penalty_min == 0


def test_a_second_unused_reservation_of_a_day_ends_the_day(point_yard: Yard):
    for _ in range(2):
        reserve(point_yard)
        point_yard.wait_s(900)
    assert ("ann", Message.REMOVED) in point_yard.messages()
    assert refused(point_yard).code == "out_until_midnight"


def test_a_no_show_of_a_turn_and_one_of_a_reservation_count_together(point_yard: Yard):
    point_yard.join("ann")
    point_yard.accept("ann")
    point_yard.wait_s(900)
    point_yard.leave("ann")
    reserve(point_yard)
    point_yard.wait_s(900)
    assert point_yard.site.day is not None
    assert point_yard.site.day.out == ("ann",)


def test_a_plug_in_time_that_is_told_late_takes_the_cost_back(point_yard: Yard):
    reserve(point_yard)
    plugged = point_yard.now + 14 * MINUTE
    point_yard.wait_s(1000)
    assert point_yard.on() == ""
    assert point_yard.starts("ann", received_at=plugged).tag_status == "Accepted"
    assert point_yard.on() == "ann charging"
    assert point_yard.site.day is not None
    assert (point_yard.site.day.no_shows, point_yard.site.day.late_min) == ({}, {})


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        (lambda yard: yard.status("faulted"), "faulted"),
        (lambda yard: yard.status("unavailable"), "unavailable"),
        (lambda yard: yard.decide(SetState(charger_id="c1", state="unavailable")), "taken out of service"),
        (
            lambda yard: yard.decide(
                HoldAnswered(
                    source=None, reservation_id=1, charge_point_id="CP1", outcome="rejected", answer="Occupied"
                )
            ),
            "a car is there",
        ),
    ],
)
def test_a_charger_that_fails_ends_the_reservation_at_no_cost(
    point_yard: Yard, fail: Callable[[Yard], object], told: str
):
    reserve(point_yard)
    fail(point_yard)
    assert point_yard.on() == ""
    assert point_yard.places() == []
    assert ("ann", Message.RESERVATION_ENDED, told) in why(point_yard)
    assert point_yard.record(1).end_reason is EndReason.WITHDRAWN
    assert point_yard.people["ann"].place is None
    assert point_yard.site.day is not None
    assert point_yard.site.day.no_shows == {}


def test_a_charger_that_stays_offline_ends_the_reservation_at_no_cost(point_yard: Yard):
    reserve(point_yard)
    point_yard.link(connected=False)
    point_yard.wait_s(900 + 1799)
    assert point_yard.on() == "ann held"
    point_yard.wait_s(60)
    assert point_yard.on() == ""
    assert why(point_yard) == [("ann", Message.RESERVATION_ENDED, "the charger could not be heard")]
    assert point_yard.site.day is not None
    assert point_yard.site.day.no_shows == {}


def test_a_short_reservation_that_an_outage_made_longer_costs_nothing(point_yard: Yard):
    """Its own time counts, not the location's for coming to an offered charger."""
    reserve(point_yard, seconds=120)
    point_yard.link(connected=False)
    point_yard.pass_s(200)
    point_yard.link(connected=True, epoch=2)
    point_yard.wait_s(90)
    assert why(point_yard) == [("ann", Message.RESERVATION_ENDED, "the charger was offline")]


def test_a_car_that_does_not_say_whose_it_is_ends_the_reservation_at_no_cost(point_yard: Yard):
    reserve(point_yard)
    point_yard.status("preparing")
    point_yard.wait_s(900)
    assert why(point_yard) == [
        ("ann", Message.RESERVATION_ENDED, "blocked by a car that did not identify itself"),
    ]


def test_a_reservation_runs_over_midnight(point_yard: Yard):
    point_yard.wait_until(point_yard.now.replace(hour=22, minute=55))  # 23:55 in Vienna
    reserve(point_yard)
    point_yard.wait_s(600)
    assert point_yard.on() == "ann held"


def test_a_unit_is_reserved_too_and_its_rising_edge_is_the_drivers(unit_yard: Yard):
    reserve(unit_yard)
    unit_yard.level("charging")
    assert unit_yard.on() == "ann charging"

"""What counts as a driver's need: once a day, when served or left unserved after waiting long; never by wishing."""

from datetime import timedelta

import pytest

from model.settings import Settings
from scheduling.hours import next_midnight
from tests.fakes.yard import Yard

NEED_KWH = 10.0
"""Nobody has charged here yet: 10 kWh are assumed."""


def asked(yard: Yard, name: str) -> float:
    return yard.people[name].record.ask_kwh


def site_asked(yard: Yard) -> float:
    return yard.site.fairness.ask_kwh


def serve(yard: Yard, name: str, transaction_id: str = "t1", kwh: float = 4) -> None:
    yard.starts(name, transaction_id)
    yard.stops(transaction_id, meter_stop_wh=1000 + round(kwh * 1000), reason="EVDisconnected")


def test_joining_notes_a_need_and_books_none(yard: Yard):
    yard.join("ann")
    record = yard.people["ann"].record
    assert (record.need_wh, record.ask_kwh, site_asked(yard)) == (10_000, 0, 0)
    assert yard.entry("ann").need_wh == 10_000


def test_being_served_books_the_need_for_driver_and_site(point_yard: Yard):
    point_yard.join("ann")
    serve(point_yard, "ann")
    record = point_yard.people["ann"].record
    assert (record.got_kwh, record.ask_kwh) == pytest.approx((4, NEED_KWH))
    assert (point_yard.site.fairness.got_kwh, site_asked(point_yard)) == pytest.approx((4, NEED_KWH))
    assert record.ask_day is None


def test_a_walk_up_is_served_too(point_yard: Yard):
    serve(point_yard, "ann")
    assert (asked(point_yard, "ann"), site_asked(point_yard)) == pytest.approx((NEED_KWH, NEED_KWH))


def test_a_second_charge_of_the_day_asks_for_nothing_more(point_yard: Yard):
    serve(point_yard, "ann", "t1")
    serve(point_yard, "ann", "t2")
    record = point_yard.people["ann"].record
    assert (record.got_kwh, record.ask_kwh) == pytest.approx((8, NEED_KWH))
    assert site_asked(point_yard) == pytest.approx(NEED_KWH)


def test_the_next_day_has_a_need_of_its_own(point_yard: Yard):
    serve(point_yard, "ann", "t1")
    point_yard.wait_s(24 * 3600)
    serve(point_yard, "ann", "t2")
    assert asked(point_yard, "ann") == pytest.approx(NEED_KWH * 0.5 ** (1 / 14) + 4, rel=1e-3)


def test_leaving_after_two_hours_in_vain_books_the_need(yard: Yard):
    yard.join("ann")
    yard.pass_s(7200)
    yard.leave("ann")
    assert (asked(yard, "ann"), site_asked(yard)) == (NEED_KWH, NEED_KWH)


def test_leaving_sooner_books_nothing(yard: Yard):
    yard.join("ann")
    yard.pass_s(7197)
    yard.leave("ann")
    assert (asked(yard, "ann"), site_asked(yard)) == (0, 0)
    assert yard.people["ann"].record.ask_day is None


def test_joining_and_leaving_all_day_books_nothing(yard: Yard):
    for _ in range(20):
        yard.join("ann")
        yard.pass_s(1800)
        yard.leave("ann")
    assert (asked(yard, "ann"), site_asked(yard)) == (0, 0)


def test_leaving_in_vain_again_the_same_day_books_nothing_more(yard: Yard):
    for _ in range(2):
        yard.join("ann")
        yard.pass_s(7300)
        yard.leave("ann")
    assert asked(yard, "ann") == pytest.approx(NEED_KWH, rel=0.01)
    assert site_asked(yard) == pytest.approx(NEED_KWH, rel=0.01)


def test_declining_clears_the_need(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.decline("ann")
    assert unit_yard.people["ann"].record.need_wh == 0
    assert asked(unit_yard, "ann") == 0


def test_silence_clears_the_need_however_long_one_waits_after(unit_yard: Yard):
    unit_yard.change(silence_snooze_s=36_000)
    unit_yard.join("ann")
    unit_yard.wait_s(600)
    unit_yard.wait_s(7200)
    unit_yard.leave("ann")
    assert (asked(unit_yard, "ann"), site_asked(unit_yard)) == (0, 0)


def test_served_after_a_silence_the_need_counts(point_yard: Yard):
    point_yard.join("ann")
    point_yard.wait_s(600 + 900)
    serve(point_yard, "ann")
    assert (asked(point_yard, "ann"), site_asked(point_yard)) == pytest.approx((NEED_KWH, NEED_KWH))


def test_a_snooze_keeps_the_need(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.snooze("ann", 150)
    unit_yard.pass_s(7300)
    unit_yard.leave("ann")
    assert asked(unit_yard, "ann") == NEED_KWH


def test_a_charge_that_drew_nothing_asked_for_nothing(point_yard: Yard):
    point_yard.join("ann")
    serve(point_yard, "ann", kwh=0)
    assert (asked(point_yard, "ann"), site_asked(point_yard)) == (0, 0)


def test_at_closing_the_site_counts_at_once_and_the_driver_at_the_next_decision(yard: Yard):
    yard.join("ann")
    decided_at = next_midnight(yard.now, "Europe/Vienna")
    yard.wait_until(decided_at)
    assert site_asked(yard) == NEED_KWH
    assert asked(yard, "ann") == 0  # a reset writes nobody's record
    yard.pass_s(8 * 3600)
    yard.join("ann")
    assert asked(yard, "ann") == pytest.approx(NEED_KWH, rel=0.06)
    assert yard.people["ann"].record.asked_on == decided_at.date()  # the evening before, in local time
    assert site_asked(yard) == NEED_KWH


def test_at_closing_who_let_an_offer_go_counts_nothing(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.wait_s(600)
    unit_yard.pass_s(0)
    unit_yard.wait_until(next_midnight(unit_yard.now, "Europe/Vienna"))
    assert site_asked(unit_yard) == 0


def late_yard() -> Yard:
    """A queue that is kept over midnight, ten minutes before it."""
    yard = Yard(settings=Settings(reset_queue_daily=False, ask_after_s=7200))
    yard.connector()
    yard.status("preparing")
    yard.wait_until(next_midnight(yard.now, "Europe/Vienna") - timedelta(minutes=10))
    yard.join("ann")
    yard.wait_s(1200)
    assert site_asked(yard) == NEED_KWH
    return yard


def test_kept_over_a_closing_and_then_served_the_need_counts_once():
    yard = late_yard()
    serve(yard, "ann")
    assert asked(yard, "ann") == pytest.approx(NEED_KWH)
    assert site_asked(yard) == pytest.approx(NEED_KWH, rel=0.01)


def test_kept_over_a_closing_and_then_left_the_need_counts_once():
    yard = late_yard()
    yard.leave("ann")
    assert asked(yard, "ann") == pytest.approx(NEED_KWH)
    assert site_asked(yard) == pytest.approx(NEED_KWH, rel=0.01)


def test_kept_over_a_closing_and_then_declined_what_was_counted_stays_counted():
    yard = late_yard()
    yard.status("available")
    yard.decline("ann")
    assert asked(yard, "ann") == pytest.approx(NEED_KWH)


def test_the_sums_of_the_drivers_are_the_sites(point_yard: Yard):
    for number, name in enumerate(("ann", "bob", "cid")):
        serve(point_yard, name, f"t{number}", kwh=3 + number)
        point_yard.pass_s(3600)
    people = [person.record for person in point_yard.people.values()]
    fairness = point_yard.site.fairness
    age = 0.5 ** (2 / 24 / 14)
    assert fairness.got_kwh == pytest.approx(sum(one.got_kwh for one in people), rel=1 - age)
    assert fairness.ask_kwh == pytest.approx(sum(one.ask_kwh for one in people), rel=1 - age)
    assert fairness.sessions == 3


def test_an_account_that_is_gone_leaves_the_sites_sums_right(point_yard: Yard):
    point_yard.starts("ann")
    point_yard.people.pop("ann")
    point_yard.stops(meter_stop_wh=5000, reason="EVDisconnected")
    assert point_yard.on() == ""
    assert point_yard.site.fairness.got_kwh == 4

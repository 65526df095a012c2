"""The reset at a location's own local midnight, once a day, wherever clocks jump."""

from datetime import UTC, date, datetime, timedelta

import pytest

from model.instants import day_start, local_day
from model.settings import Settings
from scheduling.effects import Message
from scheduling.hours import next_midnight
from scheduling.inputs import PutLocation, RetireLocation, Tick
from scheduling.states import Standing
from tests.fakes.yard import Yard

HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        ("Europe/Vienna", date(2026, 3, 29), "2026-03-28T23:00"),
        ("Asia/Kolkata", date(2026, 3, 2), "2026-03-01T18:30"),
        # Midnight does not exist: the day begins at the end of the gap.
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00"),
        ("Africa/Cairo", date(2023, 4, 28), "2023-04-27T22:00"),
        ("Asia/Beirut", date(2022, 3, 27), "2022-03-26T22:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
        # Midnight happens twice: the first.
        ("America/Havana", date(2022, 11, 6), "2022-11-06T04:00"),
        ("Atlantic/Azores", date(2022, 10, 30), "2022-10-30T00:00"),
        # The hour before midnight happens twice: midnight once, behind both.
        ("America/Sao_Paulo", date(2018, 2, 18), "2018-02-18T03:00"),
    ],
)
def test_where_a_local_day_begins(zone, day, starts):
    start = day_start(day, zone)
    assert start == utc(starts)
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(seconds=1), zone) < day


@pytest.mark.parametrize(
    ("zone", "before", "day"),
    [
        ("America/Sao_Paulo", "2018-11-03T12:00", date(2018, 11, 4)),
        ("Africa/Cairo", "2023-04-27T12:00", date(2023, 4, 28)),
        ("Asia/Beirut", "2022-03-26T12:00", date(2022, 3, 27)),
        ("America/Havana", "2022-11-05T12:00", date(2022, 11, 6)),
        ("America/Sao_Paulo", "2018-02-17T12:00", date(2018, 2, 18)),
        ("Europe/Vienna", "2026-03-02T12:00", date(2026, 3, 3)),
    ],
)
def test_the_queue_is_reset_once_when_the_local_day_begins(zone, before, day):
    yard = Yard(time_zone=zone, now=utc(before))
    yard.join("ann", "bob")
    midnight = day_start(day, zone)
    assert yard.site.next_due_at == midnight
    yard.wait_until(midnight - timedelta(seconds=1))
    assert yard.places() == ["ann", "bob"]
    yard.wait_until(midnight)
    assert yard.places() == []
    assert yard.messages() == [("ann", Message.RESET), ("bob", Message.RESET)]
    yard.join("cid")
    for _ in range(4):  # The same local hour once more, where clocks go back.
        yard.pass_s(1800)
        yard.decide(Tick())
    assert yard.places() == ["cid"]
    assert yard.site.next_due_at == day_start(day + timedelta(days=1), zone)


def test_a_second_tick_of_the_same_midnight_changes_nothing(yard: Yard):
    yard.join("ann")
    yard.wait_until(next_midnight(yard.now, "Europe/Vienna"))
    assert not yard.decide(Tick()).changed


def test_a_reset_that_comes_late_is_one_reset(yard: Yard):
    yard.join("ann")
    yard.pass_s(5 * 24 * 3600)
    decided = yard.decide(Tick())
    assert decided.midnight
    assert yard.messages() == [("ann", Message.RESET)]


def test_those_asleep_are_removed_too(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.snooze("ann", 23 * 60)
    unit_yard.wait_until(next_midnight(unit_yard.now, "Europe/Vienna"))
    assert unit_yard.standing("ann") is Standing.NONE


def test_a_reset_ends_no_charge_and_assigns_to_nobody(yard: Yard):
    yard.unit("c1")
    yard.unit("c2")
    yard.join("ann")
    yard.accept("ann")
    yard.level("charging")
    yard.level("faulted", "c2")
    yard.join("bob")
    yard.wait_until(next_midnight(yard.now, "Europe/Vienna"))
    assert yard.on("c1") == "ann charging"
    assert yard.on("c2") == ""
    assert yard.places() == []


def test_an_offer_and_a_hold_run_over_midnight_to_their_own_deadline(yard: Yard):
    midnight = next_midnight(yard.now, "Europe/Vienna")
    yard.unit("c1")
    yard.unit("c2")
    yard.wait_until(midnight - timedelta(minutes=5))
    yard.join("ann", "bob")
    yard.accept("ann")
    yard.wait_until(midnight)
    assert (yard.on("c1"), yard.on("c2")) == ("ann held", "bob offered")
    yard.level("charging", "c1")
    yard.accept("bob")
    assert (yard.on("c1"), yard.on("c2")) == ("ann charging", "bob held")


def test_a_location_may_keep_its_queue():
    yard = Yard(settings=Settings(reset_queue_daily=False))
    yard.join("ann")
    yard.wait_s(24 * 3600)
    assert yard.places() == ["ann"]


def test_the_mean_share_is_frozen_at_midnight(point_yard: Yard):
    point_yard.join("ann")
    point_yard.starts("ann")
    point_yard.stops(meter_stop_wh=21_000, reason="EVDisconnected")
    assert point_yard.site.fairness.got_kwh == pytest.approx(20)
    assert point_yard.site.fairness.ask_kwh == pytest.approx(10)
    assert point_yard.site.fairness.mean == 1.0
    point_yard.wait_until(next_midnight(point_yard.now, "Europe/Vienna"))
    faded = 0.5 ** (15 / 24 / 14)
    assert point_yard.site.fairness.mean == pytest.approx((20 * faded + 5) / (10 * faded + 5), rel=1e-3)


def test_the_midnight_decision_says_that_it_is_one(yard: Yard):
    assert not yard.decide(Tick()).midnight
    yard.now = next_midnight(yard.now, "Europe/Vienna")
    assert yard.decide(Tick()).midnight


def test_a_location_that_moves_to_another_zone_keeps_its_day_and_finds_its_midnight():
    yard = Yard(time_zone="UTC", now=utc("2026-03-02T03:00"))
    yard.join("ann")
    decided = yard.decide(PutLocation(time_zone="America/Los_Angeles"))
    assert not decided.midnight
    assert yard.site.next_due_at == utc("2026-03-02T08:00")
    yard.wait_until(utc("2026-03-02T08:00"))
    assert yard.places() == []


def test_a_retired_location_is_never_due(yard: Yard):
    yard.decide(RetireLocation())
    assert yard.site.next_due_at is None

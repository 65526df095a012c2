"""The formula of design §5, by hand-drawn numbers."""

from datetime import date, timedelta

import pytest

from model.account import ServiceRecord
from model.instants import minutes
from model.settings import Order
from model.site import Fairness
from scheduling.fairness import score
from tests.fakes.clock import START

NOW = START
JOINED = minutes(NOW)
DAY = date(2026, 3, 2)


def shift(got: float, debt: float, ask: float, mean: float = 1.0, order: Order = Order.SCORE) -> float:
    record = ServiceRecord(got_kwh=got, debt_kwh=debt, ask_kwh=ask, as_of=NOW)
    found = score.score_at_joining(order, record, Fairness(mean=mean), NOW)
    assert found.value == pytest.approx(JOINED + found.shift_min)
    return found.shift_min


@pytest.mark.parametrize(
    ("got", "debt", "ask", "mean", "expected"),
    [
        (0, 0, 0, 1.0, 0),  # nothing known: as the others
        (0, 0, 0, 0.7, 0),
        (10, 0, 10, 1.0, 0),  # all of the need, as everybody
        (5, 0, 10, 1.0, -150),  # (5 + 10) / 20 = 0.75
        (8, 0, 10, 1.0, -60),  # 0.1 below the mean: an hour's head start
        (0, 0, 40, 1.0, -240),  # (0 + 10) / 50 = 0.2: bounded
        (10, 4, 10, 1.0, 120),  # overstaying counts as got: (14 + 10) / 20 = 1.2
        (60, 0, 10, 1.0, 600),  # (60 + 10) / 20 = 3.5: bounded
        (7, 0, 10, 0.8, -30),  # (7 + 8) / 20 = 0.75 against 0.8
    ],
)
def test_the_share_moves_the_joining_time(got, debt, ask, mean, expected):
    assert shift(got, debt, ask, mean) == pytest.approx(expected)


def test_fifo_is_the_same_with_bounds_of_zero():
    assert shift(0, 0, 40, order=Order.FIFO) == 0
    assert shift(60, 40, 10, order=Order.FIFO) == 0


@pytest.mark.parametrize(("asked", "given"), [(30, 30), (500, 120), (-5, 0)])
def test_a_boost_is_at_most_two_hours(asked, given):
    found = score.score_at_joining(Order.SCORE, ServiceRecord(), Fairness(), NOW, boost_min=asked)
    assert found.value == pytest.approx(JOINED - given)


def test_what_was_booked_halves_in_fourteen_days():
    record = ServiceRecord(got_kwh=8, debt_kwh=4, ask_kwh=16, as_of=NOW)
    later = score.aged(record, NOW + timedelta(days=14))
    assert (later.got_kwh, later.debt_kwh, later.ask_kwh) == pytest.approx((4, 2, 8))
    assert score.aged(later, NOW) == later  # never back in time


def test_time_alone_changes_no_ratio_of_the_site():
    fairness = Fairness(got_kwh=30, ask_kwh=40, as_of=NOW)
    later = score.aged_site(fairness, NOW + timedelta(days=9))
    assert later.got_kwh / later.ask_kwh == pytest.approx(30 / 40)


@pytest.mark.parametrize(("got", "ask", "mean"), [(0, 0, 1.0), (30, 45, 0.7), (10, 0, 3.0)])
def test_the_mean_has_a_prior_of_five_kwh(got, ask, mean):
    assert score.mean_ratio(Fairness(got_kwh=got, ask_kwh=ask)) == pytest.approx(mean)


def test_as_joined_now_keeps_the_share_and_forgets_an_older_penalty():
    first = score.score_at_joining(Order.SCORE, ServiceRecord(got_kwh=5, ask_kwh=10, as_of=NOW), Fairness(), NOW)
    later = score.as_joined_at(first, NOW + timedelta(minutes=30), 60)
    assert later.value == pytest.approx(first.value + 30 + 60)
    assert score.as_joined_at(later, NOW + timedelta(minutes=40)).value == pytest.approx(first.value + 40)


@pytest.mark.parametrize(
    ("record", "fairness", "wh"),
    [
        (ServiceRecord(), Fairness(), 10_000),
        (ServiceRecord(sessions=2, energy_wh=2_000), Fairness(sessions=4, energy_wh=28_000), 7_000),
        (ServiceRecord(sessions=3, energy_wh=15_000), Fairness(sessions=4, energy_wh=28_000), 5_000),
    ],
)
def test_the_need_is_the_metered_mean_the_sites_before_three_sessions(record, fairness, wh):
    assert score.usual_need_wh(record, fairness) == wh


def test_debt_is_twice_the_mean_power_for_the_time_of_overstay():
    # 10 kWh in 2 h: 5 kW; 30 min too long.
    assert score.overstay_debt_kwh(10_000, 7200, 1800) == pytest.approx(5.0)
    assert score.overstay_debt_kwh(10_000, 0, 1800) == 0
    assert score.overstay_debt_kwh(10_000, 7200, 0) == 0


def test_a_need_noted_on_an_earlier_day_is_booked_as_faded_as_the_sites():
    noted = score.need_noted(ServiceRecord(), Fairness(), DAY, NOW)
    later = NOW + timedelta(days=14)
    again = score.need_noted(noted, Fairness(), later.date(), later)
    assert again.ask_kwh == pytest.approx(5.0)
    assert again.ask_day == later.date()


def test_a_need_is_noted_once_a_day():
    noted = score.need_noted(ServiceRecord(), Fairness(), DAY, NOW)
    booked = score.need_booked(noted, NOW)
    assert booked.asked_on == DAY
    assert score.need_noted(booked, Fairness(), DAY, NOW) == booked
    assert score.need_noted(noted, Fairness(), DAY, NOW + timedelta(hours=1)) == noted

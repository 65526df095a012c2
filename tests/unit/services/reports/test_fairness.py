"""Needs met, by hand."""

import pytest

from model.summary import Need
from services.reports.fairness import Fairness, fairness_of
from services.reports.period import Waits, waits_of


def test_nobody_asked_for_anything() -> None:
    assert fairness_of([]) == Fairness(0, None, None)
    assert fairness_of([{"a": Need(got_wh=500)}]) == Fairness(0, None, None)


def test_got_and_asked_of_several_days_go_together() -> None:
    found = fairness_of([{"a": Need(ask_wh=1000)}, {"a": Need(got_wh=500), "b": Need(got_wh=300, ask_wh=300)}])
    assert found.drivers == 2
    assert found.worst_decile == pytest.approx(0.5)
    assert found.jain == pytest.approx((0.5 + 1) ** 2 / (2 * (0.25 + 1)))


def test_the_worst_tenth_of_twenty_is_two_and_more_than_needed_is_all() -> None:
    day = {f"d{number:02}": Need(got_wh=2000, ask_wh=1000) for number in range(18)}
    found = fairness_of([day | {"x": Need(ask_wh=1000), "y": Need(got_wh=400, ask_wh=1000)}])
    assert found.worst_decile == pytest.approx(0.2)
    assert found.jain == pytest.approx(18.4**2 / (20 * 18.16))


def test_one_who_gets_all_of_four_is_a_quarter_by_jain_and_nobody_who_gets_nothing_is_worse_off() -> None:
    needs = {name: Need(ask_wh=10) for name in "abc"}
    assert fairness_of([needs | {"d": Need(got_wh=10, ask_wh=10)}]).jain == pytest.approx(0.25)
    assert fairness_of([needs]).jain == 1.0


def test_percentiles_are_waits_that_somebody_had() -> None:
    assert waits_of([]) == Waits(0)
    assert waits_of([60]) == Waits(1, 60, 60, 60)
    assert waits_of([100, 10, 90, 20, 80, 30, 70, 40, 60, 50]) == Waits(10, 55, 50, 90)

"""Looks that grow rarer: soon at first, and few in all."""

import pytest

from services.chargepoints.looking import LONGEST_S, pauses


@pytest.mark.parametrize("within_s", [0.05, 1, 10, 20])
def test_the_pauses_add_up_to_the_time_there_is(within_s: float):
    taken = list(pauses(within_s))
    assert sum(taken) == pytest.approx(within_s)
    assert max(taken) <= LONGEST_S


def test_without_time_there_is_no_look():
    assert list(pauses(0)) == []


def test_the_first_looks_come_soon_and_all_are_few():
    taken = list(pauses(20))
    assert sum(taken[:3]) < 0.5
    assert len(taken) <= 30

"""Whose events are why a post failed is found by posting each charge point's alone; when it is nobody's, that ends."""

import pytest

from ocpp_bridge.back_end.api_client import Refused, Unreachable
from ocpp_bridge.back_end.going_alone import GoingAlone

BROKEN = Refused(500, "")


def test_after_a_failure_of_several_each_goes_alone_for_a_round() -> None:
    alone = GoingAlone()
    shown = [alone.goes_on, alone.failed(BROKEN, 3, 1)]
    for _ in range(4):
        shown.append(alone.goes_on)
        alone.posted()
    assert shown == [False, True, True, True, True, True]
    assert not alone.goes_on


def test_one_that_fails_alone_holds_up_no_other() -> None:
    alone = GoingAlone()
    alone.failed(BROKEN, 3, 0)
    assert alone.failed(BROKEN, 1, 2)
    shown = []
    for _ in range(2):
        alone.posted()
        shown.append(alone.goes_on)
    assert shown == [True, False]


def test_where_all_fail_it_is_nobodys() -> None:
    alone = GoingAlone()
    alone.failed(BROKEN, 9, 0)
    assert [alone.failed(BROKEN, 1, 8 - turn) for turn in range(3)] == [True, True, False]
    assert not alone.goes_on


def test_one_charge_point_that_fails_waits_like_any() -> None:
    assert not GoingAlone().failed(BROKEN, 1, 0)


@pytest.mark.parametrize(
    "error", [Unreachable("away"), Refused(503, "", None), Refused(401, "", None), Refused(500, "", 7.0)]
)
def test_what_is_said_whatever_was_posted_sends_nobody_alone(error: Exception) -> None:
    alone = GoingAlone()
    alone.failed(BROKEN, 3, 0)
    assert not alone.failed(error, 1, 2)
    assert not alone.goes_on

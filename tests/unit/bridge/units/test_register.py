"""The register: no counter of any unit makes it go back, and no fraction of a watt-hour is lost."""

from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.register import Register


def _counted(*readings: int | None, lifetime: bool = False, counter: str = "") -> Register:
    register = Register()
    for reading in readings:
        register = register.counted(counter, reading, lifetime=lifetime)
    return register


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=200))
def test_many_small_steps_are_as_much_as_one_large_one(steps_ws: list[int]) -> None:
    total_ws, register = 0, Register()
    for step_ws in steps_ws:
        total_ws += step_ws
        register = register.counted("", total_ws, lifetime=True)
    assert register.total_ws == total_ws
    assert register.energy_wh == total_ws // 3600


@given(st.lists(st.integers(0, 10**9), min_size=1), st.booleans())
def test_it_never_goes_back(readings: list[int], lifetime: bool) -> None:
    register = Register()
    for reading in readings:
        after = register.counted("", reading, lifetime=lifetime)
        assert after.total_ws >= register.total_ws
        register = after


def test_a_session_counter_that_begins_again_adds_what_it_shows() -> None:
    assert _counted(0, 7200, 3600).total_ws == 7200 + 3600


def test_a_counter_of_a_life_that_was_set_back_adds_nothing() -> None:
    assert _counted(9000, 9500, 10, 60, lifetime=True).total_ws == 9500 + 50


def test_another_session_counts_from_nothing_even_if_it_shows_more() -> None:
    register = _counted(0, 7200, counter="a").counted("b", 9000, lifetime=False)
    assert register.total_ws == 7200 + 9000
    assert register.counted("", 9000, lifetime=False) == register, "no session is not another one"


def test_another_session_without_a_reading_starts_at_nothing() -> None:
    register = _counted(0, 7200, counter="a").counted("b", None, lifetime=False).counted("b", 8000, lifetime=False)
    assert register.total_ws == 7200 + 8000


def test_a_last_count_that_is_told_later_still_counts() -> None:
    register = _counted(0, 7200, counter="a").ended(7900).counted("b", 100, lifetime=False)
    assert register.total_ws == 7900 + 100
    assert _counted(0, 7200).ended(7000).total_ws == 7200, "less than was read is a mistake"


def test_what_is_no_reading_changes_nothing() -> None:
    assert _counted(0, 7200, None, -5, 2**60).total_ws == 7200


def test_more_than_a_car_can_take_is_not_what_the_one_before_ended_at() -> None:
    register = Register().counted("a", 3600, lifetime=False)
    assert register.ended(3600 + 500_000 * 3600).energy_wh == 500_001
    assert register.ended(3601 + 500_000 * 3600) == register

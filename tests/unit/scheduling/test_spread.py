"""Counts by steps: what is counted, how it fades, and the values that come of it."""

import pytest

from scheduling.forecasting.spread import (
    FULL,
    MOST,
    POINTS,
    Table,
    beyond,
    counted,
    faded,
    halved,
    step_of,
    surviving,
    table,
)


def counts_of(*values: float) -> tuple[int, ...]:
    found: tuple[int, ...] = ()
    for value in values:
        found = counted(found, value)
    return found


def within(values: Table, low: float, high: float) -> bool:
    return len(values) == POINTS and values == tuple(sorted(values)) and low <= values[0] and values[-1] <= high


@pytest.mark.parametrize(
    ("value", "step"),
    [(0, 0), (0.99, 0), (1, 1), (1.1, 2), (2, 9), (60, 48), (2000, 88), (1e9, MOST)],
)
def test_a_step_is_an_eighth_of_a_doubling(value: float, step: int) -> None:
    assert step_of(value) == step


def test_half_of_the_counts_is_left_wherever_they_lie() -> None:
    assert halved((1,) * 10) == (0, 1) * 5
    assert halved((7, 0, 2)) == (3, 0, 1)


def test_pairs_fade_together_and_only_when_full() -> None:
    assert faded((3,), (4,)) == ((3,), (4,))
    assert faded((FULL - 2,), (2,)) == ((FULL // 2 - 1,), (1,))


def test_values_follow_the_counts() -> None:
    values = table(counts_of(*[100] * 30, *[200] * 10), (), (60.0,), 0.001)
    assert within(values, 60, 220)
    assert [round(values[at] / 100) for at in (10, 40, 50, 63)] == [1, 1, 2, 2]


def test_before_anything_is_known_the_prior_holds_and_later_hardly_counts() -> None:
    assert within(table((), (), (30.0, 300.0), 8), 28, 330)
    assert within(table(counts_of(*[100] * 350), (), (30.0, 300.0), 8), 28, 330)
    assert 90 < table(counts_of(*[100] * 350), (), (30.0, 300.0), 8)[POINTS // 2] < 110


def test_what_was_cut_short_counts_as_longer_than_that() -> None:
    """Half were seen to end at 100; of the other half it is only known that they had gone on for 100."""
    cut = table(counts_of(*[100] * 20, *[400] * 10), counts_of(*[110] * 20), (100.0,), 0.001)
    blind = table(counts_of(*[100] * 20, *[400] * 10), (), (100.0,), 0.001)
    assert sum(cut) > 1.3 * sum(blind)


def test_nobody_survives_the_last_end() -> None:
    assert surviving((2, 0, 2), ()) == (0.5, 0.5, 0.0)
    assert surviving((1, 0, 1), (0, 2)) == (0.75, 0.75, 0.0)
    assert surviving((), (3,)) == ()


@pytest.mark.parametrize(("passed", "low", "high"), [(0, 10, 80), (45, 5, 35), (79, 0.5, 1.5), (80, 10, 40)])
def test_what_went_on_for_a_while_goes_on_for_the_rest(passed: float, low: float, high: float) -> None:
    assert within(beyond((10, 20, 30, 40, 50, 60, 70, 80), passed), low, high)

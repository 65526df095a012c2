"""Where a value goes past its limit, and where it comes back."""

import pytest

from model.meter.samples import Series, of
from model.threshold import Threshold
from services.meter.crossing import Reading, Watch, readings


def crossed(threshold, values, every_s=10, watch=None):
    watch = watch or Watch()
    at = [1_000 * every_s * (n + 1) for n in range(len(values))]
    told = (watch.told(threshold, Reading(ms, v, v, "Celsius"), ms) for ms, v in zip(at, values, strict=True))
    return [(one.at_ms // 1000, one.past, one.value) for one in told if one is not None]


HOT = Threshold(above=70, hysteresis=2, for_s=20)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([60, 70, 70], []),
        ([71, 71], []),
        ([71, 71, 72], [(30, True, 72)]),
        ([71, 71, 69, 71, 71], []),
        ([71, 71, 71, 69, 71, 69, 71, 71, 71], [(30, True, 71)]),
        ([71, 71, 71, 68, 71, 71, 71], [(30, True, 71), (40, False, 68), (70, True, 71)]),
        ([90] * 50, [(30, True, 90)]),
    ],
)
def test_a_crossing_is_told_once_after_its_time_and_anew_behind_the_hysteresis(values, found):
    assert crossed(HOT, values) == found


def test_limits_on_both_sides():
    volts = Threshold(below=207, above=253, hysteresis=1, for_s=0)
    assert crossed(volts, [230, 206, 207.5, 208, 254, 252.5, 252]) == [
        (20, True, 206), (40, False, 208), (50, True, 254), (70, False, 252),
    ]  # fmt: skip


def test_what_was_past_already_is_not_told_again_and_old_readings_do_not_count():
    watch = Watch(past=True, last_ms=25_000)
    assert crossed(HOT, [10, 10, 71, 71, 60], watch=watch) == [(50, False, 60)]


def test_a_clock_that_is_put_back_hides_nothing():
    watch = Watch()
    assert watch.told(HOT, Reading(72_000_000, 20, 20, "Celsius"), 0) is None
    assert crossed(HOT, [71, 71, 72], watch=watch) == [(30, True, 72)]
    ahead = Watch()  # Always two hours ahead: what comes late is late.
    late = ((7_210_000, 71), (7_205_000, 20), (7_230_000, 71))
    told = [ahead.told(HOT, Reading(ms, value, value, "Celsius"), ms - 7_200_000) for ms, value in late]
    assert [one is not None for one in told] == [False, False, True]


def test_a_limit_that_is_moved_lets_a_value_back():
    watch = Watch()
    assert crossed(HOT, [75, 75, 75], watch=watch) == [(30, True, 75)]
    told = watch.told(Threshold(above=90), Reading(40_000, 75, 75, "Celsius"), 40_000)
    assert told is not None
    assert not told.past


def series(measurand, phase, location="Outlet"):
    return Series(measurand, phase, location, "Sample.Periodic", "A")


def test_the_imbalance_is_reckoned_of_phases_at_one_instant():
    samples = of([
        (series("Current.Import", "L1"), 1_000, 16_000), (series("Current.Import", "L2"), 1_000, 10_000),
        (series("Current.Import", "L3"), 1_000, 4_500), (series("Current.Import", "N"), 1_000, 0),
        (series("Current.Import", ""), 1_000, 99_000), (series("Current.Import", "L1"), 2_000, 16_000),
    ])  # fmt: skip
    for name in ("Current.Imbalance", "current.imbalance"):
        assert readings(samples, name) == [Reading(1_000, 11.5, 11.5, "A")]


def test_a_measurand_is_looked_at_over_phases_and_places_but_not_between_phases():
    samples = of([
        (series("Voltage", "L1"), 1_000, 229_000), (series("Voltage", "L2", "Inlet"), 1_000, 231_000),
        (series("Voltage", "L1-L2"), 1_000, 400_000),
    ])  # fmt: skip
    assert readings(samples, "voltage") == [Reading(1_000, 229.0, 231.0, "A")]
    assert readings(samples, "Temperature") == []

"""Energy from power over time, exact; or from the meter's own register."""

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.meter.counting import Count
from tests.unit.bridge.units.meter.readings import sample

SILENCE = timedelta(seconds=120)


def counted(*samples, count=None):
    count = count or Count()
    for each in samples:
        count = count.with_sample(each, SILENCE)
    return count


def test_a_day_of_seconds_is_exact_to_the_watt_second():
    count = counted(*(sample(second, 3680.1) for second in range(86_401)))
    assert count.energy_ws == 317_960_640  # 3,680.1 W × 86,400 s, and nothing lost to rounding.
    assert count.halves == 317_960_640 * 2_000_000_000


@given(st.lists(st.tuples(st.integers(1, 90_000_000), st.integers(0, 22_000_000)), min_size=2, max_size=50))
def test_it_does_not_matter_how_often_it_is_kept_and_read_again(steps):
    count, plain, micros, halves, before = Count(), Count(), 0, 0, None
    for lasted, power_mw in steps:
        micros += lasted
        one = sample(0).__class__(at=sample(0).at + timedelta(microseconds=micros), power_mw=power_mw)
        halves += 0 if before is None else (before + power_mw) * lasted
        before = power_mw
        plain = plain.with_sample(one, SILENCE)
        count = msgspec.json.decode(msgspec.json.encode(count.with_sample(one, SILENCE)), type=Count)
    assert count == plain
    assert count.halves == halves


def test_power_that_rises_is_counted_by_its_mean():
    assert counted(sample(0, 0), sample(10, 1000), sample(20, 1000)).energy_ws == 15_000


def test_a_silence_is_not_filled_in():
    assert counted(sample(0, 1000), sample(121, 1000), sample(131, 1000)).energy_ws == 10_000


def test_what_flows_back_counts_as_nothing():
    assert counted(sample(0, -500), sample(10, -500)).energy_ws == 0


def test_a_register_is_believed_instead_and_about_silences_too():
    count = counted(sample(0, 9999, register_wh=5000), sample(10, 9999, register_wh=5001.5), sample(9000, 0, 5101.5))
    assert count.energy_ws == 365_400
    assert counted(sample(9010, 5000), sample(9020, 5000), count=count).energy_ws == 365_400  # Once without: it waits.
    assert counted(sample(9030, 0, 5102), count=count).energy_ws == 367_200


def test_a_register_that_is_set_back_or_exchanged_counts_on_from_there():
    count = counted(sample(0, 0, 5000), sample(10, 0, 5001), sample(20, 0, 2), sample(30, 0, 3))
    assert count.energy_ws == 7200
    assert counted(sample(40, 0, 90_000_000), sample(50, 0, 90_000_001), count=count).energy_ws == 10_800


def test_a_register_of_coarse_steps_may_run_ahead():
    assert counted(sample(0, 0, 1000), sample(1, 0, 1100)).energy_ws == 360_000


def test_a_meter_that_has_a_register_after_all_does_not_leap():
    count = counted(sample(0, 3600), sample(10, 3600), sample(20, 3600, 123_456), sample(30, 0, 123_457))
    assert count.energy_ws == 75_600

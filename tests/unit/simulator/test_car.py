import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.chargepoint import Car

cars = st.builds(
    lambda battery_wh, share, max_power_w: Car(
        battery_wh=battery_wh, need_wh=int(battery_wh * share), max_power_w=max_power_w
    ),
    st.integers(1, 200_000),
    st.floats(0, 1),
    st.integers(1, 350_000),
)


def charge(car, offered_w, step_s=1.0):
    """Energy taken per step until it is full, in thousandths of a Wh."""
    while not car.full:
        step = car.next_step_s(offered_w, step_s)
        assert 0 < step <= step_s
        yield car.take(offered_w, step)


@given(cars, st.integers(1, 350_000))
def test_a_car_draws_no_more_than_it_may_and_less_near_the_end(car, offered_w):
    powers = []
    for _ in range(50):
        powers.append(car.power_w(offered_w))
        car.take(offered_w, 60)
    assert max(powers) <= min(car.max_power_w, offered_w)
    assert powers == sorted(powers, reverse=True)


@given(cars, st.lists(st.floats(0, 10_000), max_size=50))
def test_a_car_takes_what_it_needs_and_not_a_thousandth_more(car, steps):
    taken = [car.take(11_000, step_s) for step_s in steps]
    assert all(one >= 0 for one in taken)
    assert sum(taken) == car.taken_mwh <= car.need_wh * 1000
    assert 0 <= car.state_of_charge_percent <= 100


def test_a_small_need_is_met_within_seconds():
    car = Car(battery_wh=50_000, need_wh=20, max_power_w=11_000)
    steps = list(itertools.islice(charge(car, 11_000), 1000))
    assert car.full
    assert sum(steps) == 20_000
    assert len(steps) < 30


@pytest.mark.parametrize(
    ("car_w", "offered_w", "drawn_w"), [(7_400, 11_000, 7_400), (22_000, 11_000, 11_000), (1, 0, 0)]
)
def test_the_lesser_of_car_and_charger_decides(car_w, offered_w, drawn_w):
    assert Car(battery_wh=50_000, need_wh=40_000, max_power_w=car_w).power_w(offered_w) == drawn_w

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cars import CATALOGUE, NOTHING, Car, Offer, car_of

OBEYED_WITHIN_S = 5

cars = st.builds(
    lambda battery_wh, share, max_power_w, full_at, phases, obeys_within_s: Car(
        battery_wh=battery_wh,
        need_wh=int(battery_wh * full_at / 100 * share),
        max_power_w=max_power_w,
        full_at_percent=full_at,
        phases=phases,
        obeys_within_s=obeys_within_s,
    ),
    st.integers(1, 200_000),
    st.floats(0, 1),
    st.integers(1, 350_000),
    st.integers(1, 100),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.5, 2.0, 5.0]),
)
offers = st.builds(Offer, st.integers(0, 350_000), st.integers(1, 3))
OF_11_KW = Offer(11_000)


def charge(car, offer, longest_s=1.0):
    """Energy taken per step until it is full, in thousandths of a Wh."""
    while not car.full:
        step_s = car.next_step_s(offer, longest_s)
        assert 0 < step_s <= longest_s
        yield car.take(offer, step_s)


@given(cars, st.lists(st.tuples(offers, st.floats(0, 10_000)), max_size=40))
def test_a_car_takes_what_it_needs_and_not_a_thousandth_more(car, steps):
    taken = [car.take(offer, step_s) for offer, step_s in steps]
    assert all(one >= 0 for one in taken)
    assert sum(taken) == car.taken_mwh <= car.need_wh * 1000
    assert 0 <= car.state_of_charge_percent <= 100


@given(cars, offers, st.lists(st.floats(0, 600), max_size=40))
def test_a_car_takes_no_more_than_it_is_offered(car, offer, steps):
    taken_mwh = 0
    for step_s in steps:
        taken_mwh += car.take(offer, step_s)
        assert car.power_w(offer) <= min(car.max_power_w, offer.power_w)
    assert taken_mwh <= offer.power_w * sum(steps) * 1000 / 3600 + 1e-3


@given(cars, offers, offers, st.floats(0, 20))
def test_a_changed_limit_is_obeyed_within_five_seconds(car, before, after, charged_s):
    car.take(before, charged_s)
    car.take(after, OBEYED_WITHIN_S)
    drawn_w = car.power_w(after)
    assert drawn_w <= min(car.max_power_w, after.power_w) + 1
    assert drawn_w == 0 or not after.too_little


def test_a_changed_limit_is_followed_evenly():
    car = Car(battery_wh=50_000, need_wh=40_000, max_power_w=11_040, obeys_within_s=4.0)
    full, half = Offer.of_current(16_000), Offer.of_current(8_000)
    assert car.power_w(full) == 0
    drawn = [car.take(full, 1) and car.power_w(full) for _ in range(5)]
    assert drawn == [2_760, 5_520, 8_280, 11_040, 11_040]
    car.take(half, 1)
    assert car.power_w(half) == 8_280
    car.take(half, 1)
    assert car.currents_ma(half) == [8_000] * 3
    assert car.power_w(NOTHING) == 0, "an open contactor waits for nobody"


@pytest.mark.parametrize(("current_ma", "draws"), [(5_990, False), (6_000, True), (16_000, True), (0, False)])
def test_below_six_amperes_a_car_draws_nothing(current_ma, draws):
    car = Car(battery_wh=50_000, need_wh=40_000, max_power_w=11_040)
    offer = Offer.of_current(current_ma)
    assert (car.take(offer, 60) > 0) is draws
    assert car.currents_ma(offer) == ([current_ma] * 3 if draws else [0] * 3)


@pytest.mark.parametrize(
    ("car_phases", "offer_phases", "currents_ma"),
    [(1, 3, [16_000, 0, 0]), (2, 3, [16_000, 16_000, 0]), (3, 3, [16_000] * 3), (3, 1, [16_000]), (1, 1, [16_000])],
)
def test_a_car_draws_on_the_phases_that_both_have(car_phases, offer_phases, currents_ma):
    car = Car(battery_wh=50_000, need_wh=40_000, max_power_w=car_phases * 3_680, phases=car_phases)
    offer = Offer.of_current(32_000, offer_phases)
    assert car.currents_ma(offer) == currents_ma
    assert car.power_w(offer) == sum(currents_ma) * 230 // 1000


@pytest.mark.parametrize(
    ("car_w", "offered_w", "drawn_w"), [(7_400, 11_000, 7_400), (22_000, 11_000, 11_000), (11_000, 0, 0)]
)
def test_the_lesser_of_car_and_charger_decides(car_w, offered_w, drawn_w):
    assert Car(battery_wh=50_000, need_wh=40_000, max_power_w=car_w).power_w(Offer(offered_w)) == drawn_w


@given(cars.filter(lambda car: car.obeys_within_s == 0), offers)
def test_power_only_falls_towards_the_end(car, offer):
    powers = [car.power_w(offer)]
    for _ in range(30):
        car.take(offer, 60)
        powers.append(car.power_w(offer))
    assert powers == sorted(powers, reverse=True)


def test_power_is_constant_and_then_falls_to_a_fifth():
    car = Car(battery_wh=50_000, need_wh=30_000, max_power_w=11_000)
    powers = []
    while not car.full:
        powers.append((car.remaining_mwh, car.power_w(OF_11_KW)))
        car.take(OF_11_KW, 10)
    assert {power_w for left_mwh, power_w in powers if left_mwh >= 2_500_000} == {11_000}
    assert 2_200 <= powers[-1][1] < 2_300


def test_a_charge_limit_ends_a_charge_at_full_power():
    car = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000, full_at_percent=80)
    last_w = 0
    while not car.full:
        last_w = car.power_w(OF_11_KW)
        car.take(OF_11_KW, 10)
    assert (last_w, car.state_of_charge_percent, car.taken_mwh) == (11_000, 80, 20_000_000)


@pytest.mark.parametrize("obeys_within_s", [0.0, 2.0])
def test_a_small_need_is_met_within_seconds(obeys_within_s):
    car = Car(battery_wh=50_000, need_wh=20, max_power_w=11_000, obeys_within_s=obeys_within_s)
    steps = list(itertools.islice(charge(car, OF_11_KW), 1000))
    assert car.full
    assert sum(steps) == 20_000
    assert len(steps) < 40


def test_energy_does_not_depend_on_how_often_one_looks():
    seldom, often = (Car(battery_wh=50_000, need_wh=40_000, max_power_w=3_333) for _ in range(2))
    seldom.take(OF_11_KW, 100)
    for _ in range(5_000):
        often.take(OF_11_KW, 0.02)
    assert abs(seldom.taken_mwh - often.taken_mwh) <= 1


def test_every_car_of_the_catalogue_gets_full_and_survives_being_saved():
    for name, kind in CATALOGUE.items():
        car = car_of(name, kind.battery_wh // 2, full_at_percent=90)
        sum(itertools.islice(charge(car, Offer(22_080), longest_s=3_600), 200))
        assert car.full, name
        assert msgspec.json.decode(msgspec.json.encode(car), type=Car) == car
        assert car.view(NOTHING)["type"] == name


def test_what_an_earlier_version_saved_is_still_read():
    saved = b'{"battery_wh": 50000, "need_wh": 100, "max_power_w": 11000, "full_at_percent": 80, "taken_mwh": 5}'
    assert msgspec.json.decode(saved, type=Car).phases == 3


@pytest.mark.parametrize(("name", "need_wh", "limit"), [("city", 36_001, 100), ("city", 18_001, 50), ("city", -1, 100)])
def test_a_need_that_does_not_fit_the_battery_is_refused(name, need_wh, limit):
    with pytest.raises(ValueError, match="can need 0 to"):
        car_of(name, need_wh, limit)

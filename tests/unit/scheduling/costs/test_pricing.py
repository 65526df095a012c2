"""Prices by the time of the week: each kWh at the price of its time, on days of 23 and of 25 hours too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.charger import Charger
from model.money.amount import Slice, amount, energy_of
from model.money.tariff import Tariff, Window
from model.settings import WEEKDAYS, Settings
from model.site import Site
from scheduling.costs.pricing import price_at, split, tariff_of, together

VIENNA = ZoneInfo("Europe/Vienna")
NIGHT = Window(days=WEEKDAYS, start="00:00", end="06:00", price=10_000)
EVENING = Window(days=("mon", "tue"), start="17:00", end="20:00", price=50_000)
TARIFF = Tariff(price=30_000, windows=(NIGHT, EVENING), zone="Europe/Vienna")


def vienna(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=VIENNA, fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


def parts(since: datetime, until: datetime, energy_wh: int, tariff: Tariff = TARIFF) -> dict[int, int]:
    return {one.price: one.energy_wh for one in together(split(tariff, since, until, energy_wh))}


@pytest.mark.parametrize(
    ("at", "price"),
    [
        (vienna(2026, 3, 2, 16, 59, 59), 30_000), (vienna(2026, 3, 2, 17), 50_000),
        (vienna(2026, 3, 2, 19, 59, 59), 50_000), (vienna(2026, 3, 2, 20), 30_000),
        (vienna(2026, 3, 4, 18), 30_000), (vienna(2026, 3, 4, 0), 10_000), (vienna(2026, 3, 3, 23, 59), 30_000),
    ],
)  # fmt: skip
def test_a_window_holds_from_its_start_until_its_end(at: datetime, price: int) -> None:
    assert price_at(TARIFF, at) == price


def test_energy_over_a_boundary_is_divided_in_proportion_to_time() -> None:
    assert parts(vienna(2026, 3, 2, 16, 30), vienna(2026, 3, 2, 17, 10), 4000) == {30_000: 3000, 50_000: 1000}


def test_energy_over_a_whole_window_has_three_parts() -> None:
    assert parts(vienna(2026, 3, 2, 16), vienna(2026, 3, 2, 21), 5000) == {30_000: 2000, 50_000: 3000}


def test_the_night_over_which_clocks_go_forward_has_five_cheap_hours() -> None:
    assert parts(vienna(2026, 3, 28, 23), vienna(2026, 3, 29, 7), 7000) == {30_000: 2000, 10_000: 5000}


def test_the_night_over_which_clocks_go_back_has_seven_cheap_hours() -> None:
    assert parts(vienna(2026, 10, 24, 23), vienna(2026, 10, 25, 7), 9000) == {30_000: 2000, 10_000: 7000}


def test_an_hour_that_does_not_exist_has_no_price_and_one_that_comes_twice_has_it_twice() -> None:
    two = Tariff(price=1, windows=(Window(days=("sun",), start="02:00", end="03:00", price=2),), zone="Europe/Vienna")
    assert parts(vienna(2026, 3, 29, 1), vienna(2026, 3, 29, 4), 2000, two) == {1: 2000}
    assert parts(vienna(2026, 10, 25, 1), vienna(2026, 10, 25, 4), 4000, two) == {1: 2000, 2: 2000}


def test_where_clocks_go_back_over_midnight_the_hour_before_it_comes_twice() -> None:
    late = Tariff(price=1, windows=(Window(days=("sat",), start="23:00", end="24:00", price=2),), zone="Asia/Beirut")
    beirut = ZoneInfo("Asia/Beirut")
    second = datetime(2026, 10, 24, 23, 30, tzinfo=beirut, fold=1)  # clocks went back at midnight, to 23:00
    assert second.utcoffset() == timedelta(hours=2)
    assert price_at(late, second.astimezone(UTC)) == 2
    whole = parts(second.astimezone(UTC) - timedelta(hours=3), second.astimezone(UTC) + timedelta(hours=3), 6000, late)
    assert whole == {1: 4000, 2: 2000}


def test_readings_at_one_instant_fall_to_the_price_of_it() -> None:
    at = vienna(2026, 3, 2, 17)
    assert parts(at, at, 700) == {50_000: 700}
    assert parts(at, at - timedelta(hours=1), 700) == {30_000: 700}


def test_a_clock_that_is_years_away_costs_no_years_of_work() -> None:
    until = vienna(2026, 3, 2, 12)
    assert sum(parts(datetime(1970, 1, 1, tzinfo=UTC), until, 1000).values()) == 1000


def test_a_chargers_own_price_replaces_the_locations_and_its_times() -> None:
    site = Site(
        location_id="x", time_zone="Europe/Vienna", settings=Settings(price=30_000, tariffs=(NIGHT,), idle_price=5)
    )
    plain, own = Charger(charger_id="a"), Charger(charger_id="b", price=7, idle_price=0)
    timed = Charger(charger_id="c", tariffs=(EVENING,))
    assert tariff_of(site, plain) == Tariff(price=30_000, windows=(NIGHT,), idle_price=5, zone="Europe/Vienna")
    assert tariff_of(site, own) == Tariff(price=7, zone="Europe/Vienna")
    assert tariff_of(site, timed).windows == (EVENING,)
    assert tariff_of(site, timed).price is None
    assert not tariff_of(Site(location_id="y"), plain).priced


@pytest.mark.parametrize(
    ("slices", "idle_s", "idle_price", "minor_units"),
    [
        ([(30_000, 10_000)], 0, 0, 300), ([(1, 499_999)], 0, 0, 0), ([(1, 500_000)], 0, 0, 1),
        ([(1, 250_000), (1, 250_000)], 0, 0, 1), ([], 90, 10_000, 15), ([], 3, 10_000, 1), ([], 2, 10_000, 0),
        ([(1, 250_000)], 1, 15_000, 1), ([], 0, 99, 0), ([(1_000_000_000, 1_000_000)], 0, 0, 1_000_000_000),
    ],
)  # fmt: skip
def test_amounts_are_rounded_half_up_and_once(
    slices: list[tuple[int, int]], idle_s: int, idle_price: int, minor_units: int
) -> None:
    given_slices = [Slice(price=price, energy_wh=energy_wh) for price, energy_wh in slices]
    assert amount(given_slices, idle_s, idle_price) == minor_units


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(
    ["UTC", "Europe/Vienna", "Asia/Beirut", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
CLOCKS = st.integers(0, 1440).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    windows = []
    for index in range(draw(st.integers(0, 3))):
        start, end = sorted(draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True)))
        days = tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)))
        windows.append(Window(days=days, start=start, end=end, price=index + 2))
    return Tariff(price=1, windows=tuple(windows), zone=draw(ZONES))


@settings(max_examples=60, deadline=None)
@given(tariffs(), INSTANTS, st.lists(st.integers(0, 200_000), min_size=1, max_size=5), st.integers(0, 200_000))
def test_no_wh_is_lost_and_cuts_make_no_difference_of_more_than_they_are(
    tariff: Tariff, since: datetime, cuts_s: list[int], energy_wh: int
) -> None:
    until = since + timedelta(seconds=sum(cuts_s))
    whole = split(tariff, since, until, energy_wh)
    assert energy_of(whole) == energy_wh
    assert all(one.energy_wh >= 0 for one in whole)
    pieces, at, given_wh = [], since, 0
    for number, length_s in enumerate(cuts_s, 1):
        share_wh = energy_wh * number // len(cuts_s) - given_wh
        given_wh += share_wh
        pieces += split(tariff, at, at + timedelta(seconds=length_s), share_wh)
        at += timedelta(seconds=length_s)
    assert energy_of(together(pieces)) == energy_wh


@settings(max_examples=60, deadline=None)
@given(tariffs(), INSTANTS, st.integers(1, 3 * 86_400))
def test_what_is_divided_by_time_is_what_looking_at_each_minute_gives(
    tariff: Tariff, since: datetime, length_s: int
) -> None:
    since = since.replace(second=0, microsecond=0)
    minutes = 1 + length_s // 60
    until = since + timedelta(minutes=minutes)
    looked: dict[int, int] = {}
    for minute in range(0, minutes, 97):
        price = price_at(tariff, since + timedelta(minutes=minute))
        looked[price] = looked.get(price, 0) + 1
    divided = {one.price for one in split(tariff, since, until, 60 * minutes) if one.energy_wh}
    assert looked.keys() <= divided

import random
from datetime import UTC, datetime, timedelta

import pytest

from simulator.unit.charging_profiles import (
    LONGEST_COMPOSITE_S,
    Load,
    Period,
    Profile,
    Schedule,
    composite,
    limit_at,
    next_change,
    period_at,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
AT_ONE = Load(place=1, started_at=MONDAY)


def profile(limit=10, *, place=0, purpose="TxDefaultProfile", kind="Absolute", level=0, unit="A", **more):
    schedule = {
        "unit": unit,
        "periods": more.pop("periods", [Period(start_s=0, limit=limit, phases=more.pop("phases", None))]),
        "starts_at": more.pop("starts_at", None if kind == "Relative" else MONDAY),
        "duration_s": more.pop("duration_s", None),
    }
    return Profile(
        profile_id=more.pop("profile_id", 1),
        place=place,
        stack_level=level,
        purpose=purpose,
        kind=kind,
        schedule=Schedule(**schedule),
        **more,
    )


def limit(profiles, *, load=AT_ONE, at=MONDAY + HOUR, unit="A"):
    found = limit_at(profiles, load, at, unit)
    return None if found is None else found.limit


@pytest.mark.parametrize(
    ("kind", "recurrency", "at", "expected"),
    [
        ("Absolute", "Daily", MONDAY - HOUR, None),
        ("Absolute", "Daily", MONDAY, 10),
        ("Absolute", "Daily", MONDAY + HOUR, 20),
        ("Absolute", "Daily", MONDAY + 2 * HOUR, None),
        ("Recurring", "Daily", MONDAY - HOUR, None),
        ("Recurring", "Daily", MONDAY + 23 * HOUR, None),
        ("Recurring", "Daily", MONDAY + 25 * HOUR, 20),
        ("Recurring", "Weekly", MONDAY + 25 * HOUR, None),
        ("Recurring", "Weekly", MONDAY + 7 * 24 * HOUR, 10),
        ("Relative", "Daily", MONDAY + 10 * HOUR, 10),
        ("Relative", "Daily", MONDAY + 11 * HOUR, 20),
    ],
)
def test_a_schedule_counts_from_its_start_its_cycle_or_the_transactions_start(kind, recurrency, at, expected):
    periods = [Period(start_s=0, limit=10), Period(start_s=3600, limit=20)]
    given = profile(kind=kind, recurrency=recurrency, periods=periods, duration_s=7200)
    found = period_at(given, at, MONDAY + 10 * HOUR)
    assert (found.limit if found else None) == expected


def test_a_relative_profile_says_nothing_before_a_transaction():
    assert period_at(profile(kind="Relative"), MONDAY, None) is None


def test_a_profile_holds_while_it_is_valid():
    given = profile(valid_from=MONDAY + HOUR, valid_to=MONDAY + 2 * HOUR)
    assert [limit([given], at=MONDAY + minutes * HOUR / 2) for minutes in (1, 2, 3, 4)] == [None, 10, 10, None]


def test_the_highest_stack_level_counts_even_if_it_allows_more():
    assert limit([profile(10), profile(16, level=1)]) == 16


def test_a_lower_level_takes_over_where_a_higher_one_has_no_period():
    ends = profile(16, level=1, duration_s=1800)
    assert limit([profile(10), ends], at=MONDAY) == 16
    assert limit([profile(10), ends]) == 10


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ([profile(10), profile(16, purpose="TxProfile", place=1)], 16),
        ([profile(10, place=1), profile(16, level=5)], 10),
        ([profile(10, place=2)], None),
        ([profile(16, purpose="TxProfile", place=1, transaction_id="t1")], 16),
        ([profile(16, purpose="TxProfile", place=1, transaction_id="t2")], None),
        ([profile(32, purpose="ChargingStationMaxProfile"), profile(10)], 10),
        ([profile(8, purpose="ChargingStationMaxProfile"), profile(10)], 8),
        ([profile(8, purpose="ChargingStationExternalConstraints"), profile(10)], 8),
        ([], None),
    ],
)
def test_the_least_of_all_purposes_counts(profiles, expected):
    assert limit(profiles, load=Load(place=1, started_at=MONDAY, transaction_id="t1")) == expected


def test_a_limit_of_the_whole_is_divided_among_those_that_charge_and_one_of_a_place_is_not():
    whole, own = profile(30, purpose="ChargingStationMaxProfile"), profile(16, place=1)
    assert limit([whole, own], load=Load(place=1, sharing=3)) == 10
    assert limit([own], load=Load(place=1, sharing=3)) == 16
    assert limit([whole], load=Load(place=0, sharing=3)) == 30


@pytest.mark.parametrize(
    ("given", "wanted", "phases", "expected"),
    [("A", "W", None, 6900), ("A", "W", 1, 2300), ("W", "A", None, 10 / 690), ("W", "W", None, 10)],
)
def test_amperes_are_those_of_each_phase(given, wanted, phases, expected):
    assert limit([profile(10, unit=given, phases=phases)], unit=wanted) == pytest.approx(expected)


def test_a_composite_joins_equal_periods_and_stops_at_the_hardware():
    given = [profile(40, periods=[Period(start_s=0, limit=40), Period(start_s=60, limit=50)])]
    assert composite(given, AT_ONE, MONDAY, 3600, "A", 32.0) == [Period(start_s=0, limit=32.0)]


def test_a_composite_looks_a_week_ahead_at_most():
    daily = profile(kind="Recurring", duration_s=60)
    periods = composite([daily], AT_ONE, MONDAY, 10**9, "A", 32.0)
    assert len(periods) == 14
    assert periods[-1].start_s < LONGEST_COMPOSITE_S


def test_the_next_change_is_known():
    given = [profile(periods=[Period(start_s=0, limit=10), Period(start_s=7200, limit=6)])]
    assert next_change(given, MONDAY, MONDAY, timedelta(days=1)) == MONDAY + 2 * HOUR
    assert next_change(given, MONDAY, MONDAY, HOUR) is None
    assert next_change([], MONDAY, MONDAY, HOUR) is None


def drawn(chance, number):
    purpose = chance.choice(["TxDefaultProfile", "TxProfile", "ChargingStationMaxProfile"])
    kind = chance.choice(["Absolute", "Recurring", "Relative"])
    starts = sorted(chance.sample(range(1, 4000), chance.randrange(4)))
    return profile(
        profile_id=number,
        purpose=purpose,
        place=1 if purpose == "TxProfile" else chance.choice([0, 1]),
        kind=kind,
        level=chance.randrange(3),
        unit=chance.choice(["A", "W"]),
        starts_at=None if kind == "Relative" else MONDAY + timedelta(seconds=chance.randrange(-90_000, 4000)),
        duration_s=chance.choice([None, 600, 3000]),
        valid_from=chance.choice([None, MONDAY + timedelta(seconds=chance.randrange(4000))]),
        valid_to=chance.choice([None, MONDAY + timedelta(seconds=chance.randrange(4000))]),
        periods=[Period(start_s=one, limit=chance.choice([0, 6, 10, 3000])) for one in (0, *starts)],
    )


def test_a_composite_says_at_every_second_what_the_limit_is_then():
    chance = random.Random(5)
    for _ in range(60):
        profiles = [drawn(chance, number) for number in range(chance.randrange(6))]
        periods = composite(profiles, AT_ONE, MONDAY, 4000, "W", 11_000.0)
        assert periods[0].start_s == 0
        for second in chance.sample(range(4000), 60):
            found = limit_at(profiles, AT_ONE, MONDAY + timedelta(seconds=second), "W")
            expected = min(11_000.0, found.limit) if found is not None else 11_000.0
            shown = [one.limit for one in periods if one.start_s <= second][-1]
            assert shown == pytest.approx(expected, abs=0.06)

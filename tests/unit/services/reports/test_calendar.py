"""A location's days stay a partition of time: on days with a clock change, and where its zone changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar, calendar_of, days_between

ZONES = ("UTC", "Europe/Vienna", "Pacific/Apia", "Pacific/Kiritimati", "America/Los_Angeles", "America/Sao_Paulo")
SECONDS = st.integers(0, 9 * 365 * 86_400)
INSTANTS = SECONDS.map(lambda seconds: datetime(2018, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_is_as_long_as_clocks_make_it(day: date, hours: int) -> None:
    vienna = calendar_of("Europe/Vienna")
    assert vienna.end(day) - vienna.start(day) == timedelta(hours=hours)
    assert vienna.date_of(vienna.start(day)) == day
    assert vienna.date_of(vienna.end(day) - timedelta(microseconds=1)) == day


def test_a_midnight_that_does_not_exist_is_the_end_of_the_gap() -> None:
    sao_paulo = calendar_of("America/Sao_Paulo")
    assert sao_paulo.start(date(2018, 11, 4)) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert sao_paulo.date_of(datetime(2018, 11, 4, 2, 59, tzinfo=UTC)) == date(2018, 11, 3)


def test_a_zone_further_west_makes_one_day_longer() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    moved = calendar_of("UTC").changed("America/Los_Angeles", noon)
    assert moved.date_of(noon) == date(2026, 7, 1)
    assert moved.end(date(2026, 7, 1)) == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert moved.end(date(2026, 7, 2)) == datetime(2026, 7, 3, 7, tzinfo=UTC)


def test_a_zone_further_east_makes_one_day_shorter_and_none_goes_back() -> None:
    evening = datetime(2026, 7, 1, 20, tzinfo=UTC)
    moved = calendar_of("UTC").changed("Pacific/Kiritimati", evening)  # It is the 2nd there.
    assert moved.end(date(2026, 7, 1)) == datetime(2026, 7, 2, tzinfo=UTC)
    assert moved.end(date(2026, 7, 2)) == datetime(2026, 7, 2, 10, tzinfo=UTC)


def test_the_same_zone_again_changes_nothing() -> None:
    vienna = calendar_of("Europe/Vienna")
    assert vienna.changed("Europe/Vienna", datetime(2026, 7, 1, tzinfo=UTC)) is vienna


@given(st.sampled_from(ZONES), st.lists(st.tuples(st.sampled_from(ZONES), INSTANTS), max_size=4), INSTANTS)
def test_every_instant_is_in_one_day_and_days_follow_each_other(
    first: str, changes: list[tuple[str, datetime]], instant: datetime
) -> None:
    calendar: Calendar = calendar_of(first)
    for zone, at in sorted(changes, key=lambda one: one[1]):
        today = calendar.date_of(at)
        known = {day: calendar.start(day) for day in days_between(today - timedelta(days=9), today)}
        calendar = calendar.changed(zone, at)
        assert {day: calendar.start(day) for day in known} == known, "a day that has begun keeps its beginning"
    day = calendar.date_of(instant)
    assert calendar.start(day) <= instant < calendar.end(day)
    for each in days_between(day - timedelta(days=3), day + timedelta(days=3)):
        assert calendar.start(each) < calendar.end(each) == calendar.start(each + timedelta(days=1))

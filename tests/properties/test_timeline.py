"""A day's timeline covers the day exactly, whatever changed in it and whatever the clocks did."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.charger import ChargerState
from model.instants import day_start
from model.status_change import KnownChange
from model.timeline import Segment, seconds_by_state, segments, uptime, without_flaps

START = datetime(2026, 3, 27, tzinfo=UTC)
FLAP = timedelta(seconds=90)
STATES = list(ChargerState)
ZONES = ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "America/Sao_Paulo"]
DAYS = [date(2026, 3, 28) + timedelta(days=number) for number in range(3)] + [
    date(2026, 10, 25), date(2026, 11, 1), date(2026, 4, 5), date(2018, 11, 4),
]  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[KnownChange]:
    """A chain of changes as a charger has it: each begins with the state in which the one before ended."""
    steps = draw(st.lists(st.tuples(st.integers(0, 40_000), st.sampled_from(STATES)), max_size=30))
    added = draw(st.booleans())
    before: ChargerState | None = None if added else draw(st.sampled_from(STATES))
    at = START
    found: list[KnownChange] = []
    for seconds, after in steps:
        if after is before:
            continue
        at += timedelta(seconds=seconds)
        found.append(KnownChange(number=len(found) + 1, at=at, before=before, after=after, cause="time"))
        before = after
    return found


def state_at(changes: list[KnownChange], instant: datetime, otherwise: ChargerState) -> ChargerState:
    """The plain way to say what a charger showed."""
    past = [change for change in changes if change.at <= instant]
    if past:
        return past[-1].after
    return (changes[0].before or ChargerState.UNKNOWN) if changes else otherwise


@given(changes=histories(), zone=st.sampled_from(ZONES), day=st.sampled_from(DAYS))
def test_a_day_is_covered_without_gap_or_overlap(changes: list[KnownChange], zone: str, day: date) -> None:
    since, until = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    found = segments(changes, since, until, ChargerState.AVAILABLE)
    assert found[0].since == since
    assert found[-1].until == until
    for one, other in pairwise(found):
        assert one.until == other.since
        assert (one.state, one.known) != (other.state, other.known)
    assert all(one.seconds > 0 for one in found)
    assert sum(seconds_by_state(found).values()) == pytest.approx((until - since).total_seconds())
    for one in found:
        assert state_at(changes, one.since, ChargerState.AVAILABLE) is one.state
        assert state_at(changes, one.until - timedelta(microseconds=1), ChargerState.AVAILABLE) is one.state


@given(changes=histories())
def test_without_flaps_the_chain_holds_and_no_short_time_offline_is_left(changes: list[KnownChange]) -> None:
    kept = list(without_flaps(changes[::-1], FLAP))[::-1]
    for one, other in pairwise(kept):
        assert one.number < other.number
        assert one.after is other.before
        if one.after is ChargerState.OFFLINE:
            assert other.at - one.at >= FLAP
    assert {one.number for one in kept} <= {one.number for one in changes}
    if changes and kept:
        assert kept[-1].after is changes[-1].after
    long = timedelta(0)
    assert list(without_flaps(changes[::-1], long)) == changes[::-1]


@given(changes=histories())
def test_uptime_is_a_share_of_the_time_that_is_known(changes: list[KnownChange]) -> None:
    found = segments(changes, START, START + timedelta(days=3), ChargerState.AVAILABLE)
    up = uptime(found)
    assert 0 <= up.up_s <= up.known_s <= 3 * 86_400
    assert up.share is None or 0 <= up.share <= 1


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Vienna", date(2026, 3, 29), 23),
        ("Europe/Vienna", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Europe/Vienna", date(2026, 3, 30), 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_has_it(zone: str, day: date, hours: float) -> None:
    since, until = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    [whole] = segments([], since, until, ChargerState.FULL)
    assert whole == Segment(ChargerState.FULL, since, until)
    assert whole.seconds == hours * 3600


def test_a_flap_into_another_state_is_one_change() -> None:
    at = START
    chain = [
        KnownChange(number=1, at=at, before=None, after=ChargerState.CHARGING, cause="join"),
        KnownChange(
            number=2, at=at + timedelta(hours=1), before=ChargerState.CHARGING, after=ChargerState.OFFLINE, cause="l"
        ),
        KnownChange(
            number=3,
            at=at + timedelta(hours=1, seconds=60),
            before=ChargerState.OFFLINE,
            after=ChargerState.FULL,
            cause="s",
        ),
    ]
    kept = list(without_flaps(chain[::-1], FLAP))[::-1]
    assert [(one.number, one.before, one.after) for one in kept] == [
        (1, None, ChargerState.CHARGING),
        (3, ChargerState.CHARGING, ChargerState.FULL),
    ]

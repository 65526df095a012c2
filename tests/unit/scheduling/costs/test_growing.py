"""However energy is told, in whatever order and however often, it is all priced and the cost never falls."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from model.money.amount import amount, energy_of
from model.money.tariff import Tariff, Window
from model.session import Session
from model.settings import WEEKDAYS
from scheduling.costs.growing import began_at, begun, grown, read_at

PLUGGED = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
"""In the night in which the clocks go back."""
NIGHT = Window(days=WEEKDAYS, start="22:00", end="24:00", price=20_001)
EARLY = Window(days=("sun",), start="02:30", end="06:00", price=10_003)
TARIFF = Tariff(price=30_007, windows=(NIGHT, EARLY), zone="Europe/Vienna")
SESSION = Session(
    location_id="x", charger_id="c", number=1, assigned_at=PLUGGED, plugged_at=PLUGGED, priced_to=PLUGGED, tariff=TARIFF
)
READINGS = st.lists(st.tuples(st.integers(-3600, 12 * 3600), st.integers(0, 100_000)), max_size=12)


@settings(max_examples=100, deadline=None)
@given(READINGS)
def test_all_energy_is_priced_and_the_cost_only_grows(readings: list[tuple[int, int]]) -> None:
    session = SESSION
    for at_s, energy_wh in readings:
        after = grown(session, energy_wh, PLUGGED + timedelta(seconds=at_s))
        assert after.energy_wh == energy_of(after.slices) == max(session.energy_wh, energy_wh)
        assert (after.cost or 0) >= (session.cost or 0)
        assert after.cost == amount(after.slices)
        assert grown(after, energy_wh, PLUGGED + timedelta(seconds=at_s)) == after
        session = after


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=10), st.data())
def test_repeats_and_replays_change_nothing(lengths_s: list[int], data: st.DataObject) -> None:
    told = []
    at, energy_wh = PLUGGED, 0
    for length_s in lengths_s:
        at, energy_wh = at + timedelta(seconds=length_s), energy_wh + data.draw(st.integers(0, 9000))
        told.append((energy_wh, at))
    once = SESSION
    for one in told:
        once = grown(once, *one)
    again = SESSION
    for index, one in enumerate(told):
        again = grown(again, *one)
        again = grown(again, *told[data.draw(st.integers(0, index))])
    assert again == once


def test_time_in_which_nothing_was_drawn_gets_no_part_of_what_follows() -> None:
    night_ends = PLUGGED + timedelta(hours=2)  # Drawn from 22:00 to 22:30 in Vienna, nothing until 24:00, then again.
    session = grown(SESSION, 1000, PLUGGED + timedelta(minutes=30))
    session = grown(grown(session, 1000, night_ends), 3000, night_ends + timedelta(minutes=5))
    assert {one.price: one.energy_wh for one in session.slices} == {20_001: 1000, 30_007: 2000}


def test_a_session_without_prices_has_only_energy() -> None:
    bare = Session(location_id="x", charger_id="c", number=1, assigned_at=PLUGGED)
    assert grown(bare, 500, PLUGGED).energy_wh == 500
    assert grown(bare, 500, PLUGGED).slices == ()
    assert grown(bare, 0, PLUGGED) is bare


def test_energy_that_an_earlier_build_kept_without_prices_is_priced_with_the_next() -> None:
    known = Session(
        location_id="x", charger_id="c", number=1, assigned_at=PLUGGED, plugged_at=PLUGGED, energy_wh=700, tariff=TARIFF
    )
    assert energy_of(grown(known, 900, PLUGGED + timedelta(minutes=5)).slices) == 900


def test_only_what_is_told_late_is_timed_by_the_charge_point_and_within_reason() -> None:
    received = PLUGGED
    early, future = received - timedelta(hours=3), received + timedelta(days=1)
    ancient = datetime(1970, 1, 1, tzinfo=UTC)
    assert began_at(early, received, offline=True) == early
    assert began_at(early, received, offline=False) == received
    assert began_at(ancient, received, offline=True) == received
    assert began_at(future, received, offline=True) == received
    assert read_at(SESSION, future, received) == received
    assert read_at(SESSION, ancient, received + timedelta(hours=1)) == PLUGGED
    assert begun(SESSION, early).priced_to == early

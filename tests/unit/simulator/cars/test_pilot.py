import itertools
from datetime import UTC, datetime

import pytest

from simulator.cars import MOVES, Car, Facts, Offer, Pilot, PilotTrace, facts_of, pilot_of, pilot_view, walk
from simulator.cars.pilot import duty_percent

EVERY_FACT = [Facts(*facts) for facts in itertools.product([False, True], repeat=6)]
HUNGRY = Car(battery_wh=50_000, need_wh=10_000, max_power_w=11_000)


def test_every_state_is_reached():
    assert {pilot_of(facts) for facts in EVERY_FACT} == set(Pilot)


def test_every_change_is_a_walk_over_moves_with_a_reason():
    for before, after in itertools.product(Pilot, repeat=2):
        at = before
        for state, reason in walk(before, after):
            assert MOVES[at, state] == reason
            at = state
        assert at is after


def test_a_car_shows_itself_before_it_draws():
    assert [state for state, _ in walk(Pilot.A, Pilot.C)] == [Pilot.B, Pilot.C]
    assert [state for state, _ in walk(Pilot.F, Pilot.D)] == [Pilot.B, Pilot.D]


def test_no_power_and_a_fault_come_before_everything():
    for facts in EVERY_FACT:
        if not facts.powered:
            assert pilot_of(facts) is Pilot.E
        elif facts.faulted:
            assert pilot_of(facts) is Pilot.F


def test_a_trace_keeps_the_last_moves_and_their_reasons():
    trace, at = PilotTrace(), datetime(2026, 3, 2, tzinfo=UTC)
    for state in (Pilot.A, Pilot.A, Pilot.C, Pilot.C, Pilot.A):
        trace.saw(state, at)
    assert [(move["before"], move["after"]) for move in trace.view()] == [("A", "B"), ("B", "C"), ("C", "A")]
    assert trace.view()[-1] == {"at": at, "before": "C", "after": "A", "reason": "the plug was pulled under load"}
    for _ in range(100):
        trace.saw(Pilot.E, at)
        trace.saw(Pilot.B, at)
    assert len(trace.view()) == 20


@pytest.mark.parametrize(
    ("current_ma", "percent"),
    [(0, 100.0), (5_999, 100.0), (6_000, 10.0), (16_000, 26.7), (32_000, 53.3), (51_000, 85.0), (80_000, 96.0)],
)
def test_the_duty_cycle_tells_the_current(current_ma, percent):
    assert duty_percent(current_ma) == percent


@pytest.mark.parametrize(
    ("car", "offer", "more", "state", "volts", "percent"),
    [
        (None, Offer(0), {}, "A", 12, None),
        (HUNGRY, Offer(0), {}, "B", 9, 100.0),
        (HUNGRY, Offer.of_current(5_000), {}, "B", 9, 100.0),
        (HUNGRY, Offer.of_current(16_000), {}, "C", 6, 26.7),
        (Car(battery_wh=9, need_wh=0, max_power_w=9), Offer.of_current(16_000), {}, "B", 9, 26.7),
        (Car(battery_wh=9, need_wh=9, max_power_w=9, ventilated=True), Offer.of_current(16_000), {}, "D", 3, 26.7),
        (HUNGRY, Offer.of_current(16_000), {"powered": False}, "E", 0, None),
        (HUNGRY, Offer.of_current(16_000), {"faulted": True}, "F", -12, None),
    ],
)
def test_what_others_see_of_the_pilot(car, offer, more, state, volts, percent):
    seen = pilot_view(facts_of(car, offer, **more), offer)
    assert (seen["state"], seen["volts"], seen["duty_percent"]) == (state, volts, percent)
    assert seen["reason"]

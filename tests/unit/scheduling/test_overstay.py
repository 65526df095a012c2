"""Overstay: the time beyond grace during which somebody was waiting, measured as it passes, not at unplugging."""

from datetime import UTC, datetime, timedelta

import pytest

from model.settings import Settings
from scheduling.inputs import Tick, UnitSilent
from tests.fakes.yard import Yard


@pytest.fixture
def full(point_yard: Yard) -> Yard:
    """ann's car drew 10 kWh in two hours and is full since now."""
    point_yard.starts("ann")
    point_yard.pass_s(7200)
    point_yard.metered(10_000)
    point_yard.status("finishing")
    return point_yard


def leave(yard: Yard, received_at: datetime | None = None) -> float:
    """The car leaves; the overstay in seconds."""
    yard.stops("t1", meter_stop_wh=11_000, reason="EVDisconnected", received_at=received_at)
    return yard.record(1).overstay_s


def test_within_grace_nothing_counts(full: Yard):
    full.join("bob")
    full.pass_s(800)
    assert leave(full) == 0


def test_beyond_grace_the_time_counts_while_somebody_waits(full: Yard):
    full.join("bob")
    full.pass_s(900 + 1800 - 1)
    assert leave(full) == pytest.approx(1800)
    assert full.people["ann"].record.debt_kwh == pytest.approx(2 * 5 * 0.5)


def test_while_nobody_waits_nothing_counts(full: Yard):
    full.pass_s(7200)
    assert leave(full) == 0
    assert full.people["ann"].record.debt_kwh == 0


def test_only_the_overlap_counts_whoever_waits_at_the_end(full: Yard):
    full.pass_s(900 + 600)
    full.join("bob")  # waits for 1200 s
    full.pass_s(1200 - 1)
    full.leave("bob")
    full.pass_s(5000)
    assert leave(full) == pytest.approx(1200)


def test_joining_at_the_last_moment_costs_the_overstayer_nothing(full: Yard):
    full.pass_s(7200)
    full.join("bob")
    assert leave(full) == pytest.approx(1)


def test_who_sleeps_does_not_wait(full: Yard):
    full.connector("c2", "CP2", 1)
    full.join("bob")
    full.snooze("bob", 90)
    full.set_state("unavailable", "c2")
    full.pass_s(900 + 1800)
    assert leave(full) == 0


def test_time_alone_writes_nothing(full: Yard):
    full.join("bob")
    full.pass_s(1800)
    before = full.site
    assert not full.decide(Tick()).changed
    assert full.site is before
    full.pass_s(1800)
    assert leave(full) == pytest.approx(3600 + 1 - 900)


def test_every_decision_keeps_what_has_passed(full: Yard):
    full.join("bob")
    full.pass_s(1800)
    full.join("cid")
    session = full.charger().session
    assert session is not None
    assert session.overstay_s == pytest.approx(1801 - 900)


def test_a_car_that_charges_again_does_not_overstay(full: Yard):
    full.join("bob")
    full.pass_s(900 + 600 - 1)
    full.status("charging")
    full.pass_s(3600)
    assert leave(full) == pytest.approx(600)


def test_told_late_the_car_left_when_it_left(full: Yard):
    full.join("bob")
    left_at = full.now + timedelta(seconds=900 + 600 - 1)
    full.pass_s(5000)
    assert leave(full, received_at=left_at) == pytest.approx(600)


def test_told_late_what_other_decisions_noted_since_is_taken_back(full: Yard):
    full.join("bob")
    left_at = full.now + timedelta(seconds=900 + 600 - 1)
    full.pass_s(5000)
    full.join("cid")
    assert leave(full, received_at=left_at) == pytest.approx(600)


def test_a_charger_nobody_could_use_keeps_nobody_waiting(full: Yard):
    full.join("bob")
    full.status("faulted")
    full.pass_s(900 + 1800)
    assert leave(full) == 0


def test_outside_the_queues_hours_nobody_is_kept_waiting():
    yard = Yard(
        settings=Settings(queue_hours={"mon": (("07:00", "18:00"),)}),
        now=datetime(2026, 3, 2, 15, 0, tzinfo=UTC),  # 16:00 in Vienna
    )
    yard.unit()
    yard.level("charging")
    yard.join("bob")
    yard.level("full")
    yard.pass_s(4 * 3600)
    yard.level("available")
    assert yard.record(1).overstay_s == pytest.approx(2 * 3600 - 900 - 1)


def test_a_unit_that_is_silent_may_have_nobody_on_it(unit_yard: Yard):
    unit_yard.level("charging")
    unit_yard.join("bob")
    unit_yard.level("full")
    unit_yard.pass_s(100)
    unit_yard.decide(UnitSilent(charger_id="c1"))
    unit_yard.pass_s(7200)
    unit_yard.level("available")
    assert unit_yard.record(1).overstay_s == 0


def test_energy_that_comes_late_brings_its_part_of_the_debt(full: Yard):
    full.join("bob")
    full.pass_s(900 + 1800 - 1)
    full.metered(0)
    full.end(by="admin")
    assert full.people["ann"].record.debt_kwh == 0
    full.stops("t1", meter_stop_wh=11_000)
    assert full.people["ann"].record.debt_kwh == pytest.approx(2 * 5 * 0.5)

"""Plug and charge derived from power, with hysteresis."""

import pytest

from ocpp_bridge.units.meter.deriving import Seen, Thresholds, derived
from tests.unit.bridge.units.meter.readings import sample

BY = Thresholds()


def walked(*readings, by=BY, **more):
    """(plugged, charging) after each reading of (second, W)."""
    seen, shown = Seen(), []
    for second, power_w in readings:
        seen = derived(seen, sample(second, power_w, **more), 0, 0, by)
        shown.append((seen.plugged, seen.charging))
    return shown


NOBODY, CHARGES, STANDS = (False, False), (True, True), (True, False)


def test_a_car_charges_once_its_power_lasted():
    assert walked((0, 5), (5, 3600), (10, 3600), (15, 3600)) == [NOBODY, NOBODY, NOBODY, CHARGES]


def test_a_short_peak_is_no_car():
    assert set(walked((0, 3600), (5, 3600), (9, 20), (12, 3600), (21, 3600), (21.9, 0))) == {NOBODY}


@pytest.mark.parametrize("power_w", [999.9, 500, 151])
def test_between_the_thresholds_nothing_changes(power_w):
    assert walked((0, power_w), (100, power_w))[-1] == NOBODY
    assert walked((0, 3600), (10, 3600), (20, power_w), (120, power_w), (230, power_w))[-1] == CHARGES


def test_a_pause_is_none_unless_it_lasts():
    start = ((0, 3600), (10, 3600))
    assert walked(*start, (20, 50), (130, 50), (139, 3600), (200, 50))[-1] == CHARGES
    assert walked(*start, (20, 50), (80, 50), (140, 50))[-1] == STANDS


def test_a_full_car_stands_and_may_top_up_and_is_gone_after_long_nothing():
    full = ((0, 3600), (10, 3600), *((second, 50) for second in range(20, 1121, 100)))
    assert walked(*full) == [NOBODY, CHARGES, CHARGES, CHARGES, *[STANDS] * 9, NOBODY][: len(full)]
    assert walked(*full, (1130, 50))[-1] == NOBODY
    assert walked(*full, (1115, 3600), (1125, 3600))[-1] == CHARGES


def test_a_contact_at_the_plug_knows_better():
    assert walked((0, 0), (10, 0), plugged=True) == [STANDS, STANDS]
    assert walked((0, 3600), (10, 3600), (20, 3600), plugged=True)[-1] == CHARGES
    assert walked((0, 3600), (10, 3600), plugged=False)[-1] == NOBODY
    long = [(second, 5) for second in range(0, 3000, 100)]
    assert walked((0, 3600), (10, 3600), *long[1:], plugged=True)[-1] == STANDS


def test_a_gap_is_no_evidence_of_anything():
    assert walked((0, 3600), (200, 3600), (205, 3600), (210, 3600)) == [NOBODY, NOBODY, NOBODY, CHARGES]
    assert walked((0, 3600), (10, 3600), (20, 0), (400, 0))[-1] == CHARGES
    assert walked((0, 3600), (10, 3600), (20, 0), (80, 0), (140, 0), (9000, 0))[-1] == STANDS


def test_a_standby_current_can_keep_a_car():
    by = Thresholds(gone_w=5)
    full = ((0, 3600), (10, 3600), (20, 8), (80, 8), (140, 8))
    stays = walked(*full, *((second, 8) for second in range(240, 3000, 100)), by=by)
    goes = walked(*full, *((second, 2) for second in range(240, 3000, 100)), by=by)
    assert (stays[-1], goes[-1]) == (STANDS, NOBODY)


def test_thresholds_of_zero_seconds_believe_at_once():
    by = Thresholds(start_s=0, stop_s=0, gone_s=0)
    assert walked((0, 3600), (1, 0), (2, 0), by=by) == [CHARGES, STANDS, NOBODY]


def test_what_flows_before_a_charge_is_believed_is_counted_to_it():
    seen = derived(Seen(), sample(0, 5), 90, 100, BY)
    seen = derived(seen, sample(5, 3600), 100, 10_000, BY)
    seen = derived(seen, sample(15, 3600), 10_000, 46_000, BY)
    assert (seen.charging, seen.began, seen.start_ws) == (True, sample(5).at, 100)


def test_what_flowed_in_a_gap_is_nobodys_but_a_car_that_stayed_keeps_its_own():
    seen = derived(Seen(), sample(0, 5), 90, 100, BY)
    seen = derived(seen, sample(500, 3600), 100, 90_000, BY)
    assert seen.start_ws == 90_000
    seen = derived(seen, sample(510, 3600), 90_000, 126_000, BY)
    assert derived(seen, sample(9000, 3600), 126_000, 999_000, BY).start_ws == 90_000


def test_a_top_up_goes_on_with_the_same_charge_and_another_car_begins_another():
    seen, count = Seen(), 0
    for second, power_w in ((0, 3600), (10, 3600), (20, 0), (130, 0), (140, 0), (200, 3600), (210, 3600)):
        seen = derived(seen, sample(second, power_w), count, count + 1000, BY)
        count += 1000
    assert (seen.charging, seen.began, seen.start_ws) == (True, sample(0).at, 0)
    seen = derived(seen, sample(220, 0, plugged=False), count, count, BY)
    seen = derived(seen, sample(230, 0, plugged=True), count, count, BY)
    assert (seen.plugged, seen.began, seen.start_ws) == (True, sample(230).at, count)

"""A vendor that counts only after the car has stopped: whether it drew is known later than that it stopped."""

from model.charger import ChargerState
from tests.fakes.yard import Yard


def test_a_car_whose_energy_is_told_long_after_it_stopped_is_full_all_the_same(point_yard: Yard):
    point_yard.starts("ann", meter_start_wh=0)
    point_yard.status("charging")
    point_yard.status("suspended_ev")
    point_yard.wait_s(600)
    assert point_yard.charger().state is ChargerState.CHARGING, "as far as is known it has not begun yet"
    point_yard.metered(2_000)
    point_yard.wait_s(600)
    assert point_yard.charger().state is ChargerState.CHARGING
    point_yard.status("suspended_ev")
    point_yard.wait_s(point_yard.site.settings.full_after_s + 60)
    assert point_yard.charger().state is ChargerState.FULL

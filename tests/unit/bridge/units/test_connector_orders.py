"""Orders of the core of every unit: who gets power, and what is held against a unit that shows otherwise."""

from ocpp_bridge.units.connector import REFUSED, STOPPED
from ocpp_bridge.units.driver import Observation
from ocpp_bridge.units.power import Power
from tests.unit.bridge.units.scene import CANNOT, FREE, Scene
from wire.events import TransactionStarted


def test_a_stranger_in_a_hold_is_occupied_and_gets_nothing() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.see(plugged=False)
    assert scene.orders == [Power(on=False)]
    assert scene.see(plugged=True, enabled=False) == ["preparing"]
    assert scene.see(after_s=600, plugged=True, enabled=False) == []


def test_a_car_that_draws_all_the_same_is_a_fact_after_a_while() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.see(plugged=False)
    assert scene.see(plugged=True, charging=True) == ["preparing"], "it is about to be switched off"
    assert scene.see(after_s=5, plugged=True, charging=True) == []
    assert scene.see(after_s=6, plugged=True, charging=True) == ["transaction_started", "charging"]


def test_a_unit_that_somebody_switched_on_is_switched_off_again() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.see(plugged=False)
    scene.see(after_s=60, plugged=False, enabled=False)
    scene.see(after_s=60, plugged=False, enabled=True)
    assert scene.orders == [Power(on=False)] * 2


def test_what_it_shows_right_after_an_order_is_not_held_against_it() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.see(plugged=False)
    assert scene.see(after_s=5, plugged=False, enabled=True) == []
    assert scene.orders == [Power(on=False)]
    scene.situation = FREE
    scene.see(after_s=60, plugged=False, enabled=False)
    assert scene.see(after_s=5, plugged=False, enabled=False) == [], "not out of use: it wakes in a moment"


def test_a_unit_that_somebody_switched_off_is_out_of_use_and_left_alone() -> None:
    scene = Scene()
    scene.see(plugged=False)
    assert scene.see(after_s=60, plugged=False, enabled=False) == ["unavailable"]
    assert scene.orders == []


def test_a_start_is_for_the_next_charge_only_and_not_for_ever() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.see(plugged=False)
    scene.start()
    scene.see(after_s=1, plugged=False, enabled=False)
    assert scene.orders[-1] == Power(on=True, tag="KW-ANNA")
    assert scene.wait(121) == []
    assert scene.orders[-1] == Power(on=False), "nobody came"
    assert scene.see(after_s=60, plugged=True, enabled=False) == ["preparing"]


def test_a_start_survives_a_restart_of_the_bridge() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.hold()
    scene.start()
    scene.restart()
    assert scene.see(after_s=5, plugged=True) == ["transaction_started", "suspended_ev"]
    started = next(event for event in scene.told if isinstance(event, TransactionStarted))
    assert (started.tag, started.reservation_id) == ("KW-ANNA", 5)


def test_a_refused_charge_ends_when_the_power_is_gone_and_none_follows() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, energy_ws=0)
    assert scene.connector.end(100, REFUSED)
    assert scene.see(after_s=1, plugged=True, charging=True, energy_ws=100) == [], "the order is on its way"
    assert scene.orders == [Power(on=False)]
    assert scene.see(after_s=1, plugged=True, enabled=False, energy_ws=200) == ["transaction_ended", "finishing"]
    assert scene.see(after_s=1, plugged=True, enabled=False, energy_ws=200) == []
    assert scene.see(plugged=False, enabled=False, energy_ws=200)[0] == "available"
    assert scene.orders[-1] == Power(on=True)


def test_an_end_of_what_is_over_is_no_mistake_and_of_what_never_was_is() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True)
    assert scene.connector.end(100, STOPPED)
    scene.see(plugged=False)
    assert scene.connector.end(100, STOPPED)
    assert not scene.connector.end(7, STOPPED)


def test_where_nothing_can_be_switched_nothing_is_ordered_and_a_hold_stops_nobody() -> None:
    scene = Scene(declaration=CANNOT)
    scene.see(plugged=False)
    scene.hold()
    assert scene.see(plugged=True, charging=True) == ["transaction_started", "charging"]
    assert scene.orders == []
    started = next(event for event in scene.told if isinstance(event, TransactionStarted))
    assert (started.tag, started.reservation_id) == ("", None)


def test_an_order_of_which_nobody_knows_whether_it_was_carried_out_leaves_no_unit_off() -> None:
    for restarts in (False, True):
        scene = Scene()
        scene.see(plugged=False)
        scene.hold()
        scene.wait(0)
        assert scene.orders.pop() == Power(on=False)
        scene.situation = FREE
        scene.connector.observe(Observation(at=scene.now, plugged=False, enabled=False), scene.now, FREE)
        scene.wait(0)
        assert scene.orders.pop() == Power(on=True)
        scene.hold()
        scene.connector.observe(Observation(at=scene.now, plugged=False), scene.now, scene.situation)
        assert scene.connector.order(scene.now, scene.situation) == Power(on=False)
        scene.connector.ordering()  # The unit takes it, and its answer is lost, or the bridge is killed.
        if restarts:
            scene.restart()
        scene.situation = FREE
        assert scene.see(plugged=False, enabled=False) in ([], ["available"])
        assert scene.orders == [Power(on=True)], f"restarts: {restarts}"


def test_a_driver_whose_car_draws_nothing_may_ask_again_and_the_order_goes_out_again() -> None:
    scene = Scene()
    scene.see(plugged=False)
    scene.start()
    scene.see(after_s=5, plugged=True)
    assert scene.told[-1].__struct_config__.tag == "status"
    orders = len(scene.orders)
    scene.connector.start_again()
    scene.see(plugged=True)
    assert scene.orders[orders:] == [Power(on=True, tag="KW-ANNA")]
    scene.see(plugged=True, charging=True)
    scene.connector.start_again()
    scene.see(plugged=True, charging=True)
    assert len(scene.orders) == orders + 1, "it draws already"

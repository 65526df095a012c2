"""The core of every unit: levels in, edges out, each once whatever was lost in between."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.connector import STOPPED
from ocpp_bridge.units.driver import Declaration
from tests.unit.bridge.units.scene import CANNOT, FREE, SWITCHES, Scene
from wire.events import Meter, Status, TransactionEnded, TransactionStarted


def test_a_level_that_is_repeated_tells_nothing() -> None:
    scene = Scene()
    assert scene.see(plugged=False, energy_ws=0) == ["available"]
    assert all(scene.see(plugged=False, energy_ws=0) == [] for _ in range(5))


def test_sleep_ends_charging_but_not_the_charge() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    assert scene.see(plugged=True, charging=True, energy_ws=0) == ["transaction_started", "charging"]
    assert scene.see(plugged=True, enabled=False, energy_ws=7200) == ["suspended_evse"]
    assert scene.see(plugged=True, charging=True, energy_ws=7200) == ["charging"]
    assert scene.see(plugged=True, energy_ws=10_800) == ["suspended_ev"]
    assert scene.see(plugged=False, energy_ws=10_800) == ["transaction_ended", "available"]
    assert scene.energies_wh() == [3]
    assert scene.orders == [], "whoever let it sleep also wakes it"


def test_a_fault_is_told_and_the_charge_survives_it() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    assert scene.see(plugged=None, fault="NoGround") == ["faulted"]
    assert scene.see(plugged=None, fault="GroundFailure") == ["faulted"]
    faults = [event.error_code for event in scene.told if isinstance(event, Status)]
    assert faults == ["", "NoGround", "GroundFailure"]
    assert scene.see(plugged=True, charging=True, energy_ws=3600) == ["charging"]


def test_what_a_car_drew_is_told_before_it_is_said_to_draw_no_more() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    scene.told.clear()
    scene.see(after_s=1, plugged=True, energy_ws=36_000)
    assert [type(event) for event in scene.told] == [Meter, Status]


def test_a_car_that_charged_and_paused_while_nobody_listened_has_a_charge() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=7200)
    scene.connector.unseen()
    scene.restart()
    assert scene.see(plugged=True, energy_ws=36_000_000) == ["transaction_started", "suspended_ev"]
    scene.see(plugged=False, energy_ws=36_000_000)
    assert scene.energies_wh() == [9998]


def test_next_to_nothing_or_a_meter_of_a_life_or_a_refused_car_begins_no_charge_unseen() -> None:
    scene = Scene()
    scene.see(plugged=True, energy_ws=0)
    assert scene.see(plugged=True, energy_ws=19 * 3600) == []
    scene.hold()
    assert scene.see(plugged=True, energy_ws=36_000_000) == []
    scene = Scene(Declaration(protocol="test", lifetime_counter=True))
    scene.see(plugged=True, energy_ws=0)
    assert scene.see(plugged=True, energy_ws=36_000_000) == []


def test_another_session_is_another_car_though_no_gap_was_seen() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, session="a", energy_ws=3600)
    told = scene.see(plugged=True, charging=True, session="b", energy_ws=1800, former_energy_ws=10_800)
    assert told == ["transaction_ended", "available", "transaction_started", "charging"]
    scene.see(plugged=False, energy_ws=9000)
    assert scene.energies_wh() == [3, 2]


def test_another_stay_is_another_car_with_its_own_share_of_the_counter() -> None:
    scene = Scene()
    scene.see(plugged=False, counter="0", energy_ws=0)
    scene.see(plugged=True, charging=True, stay="0", counter="0", energy_ws=3600)
    scene.connector.unseen()
    scene.restart()
    told = scene.see(plugged=True, charging=True, stay="1", counter="1", energy_ws=1800, former_energy_ws=10_800)
    assert told == ["transaction_ended", "available", "transaction_started", "charging"]
    scene.see(plugged=False, counter="1", energy_ws=9000)
    assert scene.energies_wh() == [3, 2]


def test_another_car_that_the_counter_does_not_know_yet_gets_nothing_of_the_former_ones() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, stay="0", energy_ws=3600)
    assert scene.see(plugged=True, stay="1", energy_ws=7200) == ["transaction_ended", "available", "preparing"]
    scene.see(plugged=True, charging=True, stay="1", energy_ws=1800)
    scene.see(plugged=False, energy_ws=7200)
    assert scene.energies_wh() == [2, 2]


def test_another_car_where_the_former_was_stopped_may_charge() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, stay="0", energy_ws=0)
    scene.connector.end(100, STOPPED)
    assert scene.see(plugged=True, enabled=False, stay="0") == ["transaction_ended", "finishing"]
    assert scene.see(plugged=True, enabled=False, stay="1") == ["available", "preparing"]
    assert scene.orders[-1].on


def test_a_stay_that_is_named_a_while_after_the_plug_or_not_at_all_is_the_same() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, stay="0")
    for stay in ("", "0", ""):
        assert scene.see(plugged=True, charging=True, stay=stay) == []
    scene.see(plugged=False, stay="1")
    scene.see(plugged=True, charging=True)
    assert scene.see(plugged=True, charging=True, stay="2") == [], "there was a gap: it is the name of this one"


def test_another_driver_has_other_names_for_the_same_stay() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, stay="0")
    scene.declaration = Declaration(protocol="another", switches_power=True)
    scene.restart()
    assert scene.see(plugged=True, charging=True, stay="7") == []


def test_energy_that_a_vendor_shows_only_after_the_car_has_stopped_says_once_more_that_it_has() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    assert scene.see(plugged=True, energy_ws=0) == ["suspended_ev"]
    assert scene.see(after_s=300, plugged=True, energy_ws=0) == [], "as far as is known it has not begun yet"
    scene.told.clear()
    assert scene.see(after_s=1, plugged=True, energy_ws=7_200_000) == ["suspended_ev"]
    assert [type(event) for event in scene.told] == [Meter, Status], "the energy first: then it is full"
    assert scene.see(plugged=True, energy_ws=7_203_600) == [], "once"


def test_a_session_that_gets_its_name_later_is_the_same() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    assert scene.see(plugged=True, charging=True, session="a", energy_ws=60) == []
    assert scene.see(plugged=True, charging=True, session="", energy_ws=90) == []


def test_the_vendors_own_record_corrects_an_ended_charge() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, session="a", energy_ws=3600)
    scene.see(plugged=False)
    scene.restart()
    (corrected,) = scene.connector.corrected("a", 36_000, scene.now)
    ended = next(event for event in scene.told if isinstance(event, TransactionEnded))
    assert isinstance(corrected, TransactionEnded)
    assert (corrected.transaction_id, corrected.meter_stop_wh) == (ended.transaction_id, 10)
    assert scene.connector.corrected("unknown", 1, scene.now) == []


def test_what_a_meter_of_a_life_gained_unwatched_is_nobodys() -> None:
    scene = Scene(declaration=Declaration(protocol="test", lifetime_counter=True))
    scene.see(plugged=False, energy_ws=36_000)
    scene.restart()
    scene.see(plugged=True, charging=True, energy_ws=360_000)
    scene.see(plugged=False, energy_ws=363_600)
    assert scene.energies_wh() == [1]


def test_readings_come_in_their_time_and_never_by_themselves() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    scene.told.clear()
    for _ in range(30):
        scene.see(after_s=1, plugged=True, charging=True, energy_ws=0)
    assert sum(isinstance(event, Meter) for event in scene.told) == 3
    scene.wait(600)
    assert sum(isinstance(event, Meter) for event in scene.told) == 3, "a gap is a gap"


LEVELS = st.fixed_dictionaries(
    {
        "plugged": st.sampled_from([True, False, None]),
        "charging": st.booleans(),
        "enabled": st.booleans(),
        "fault": st.sampled_from(["", "", "", "NoGround"]),
        "session": st.sampled_from(["", "", "a", "b"]),
        "stay": st.sampled_from(["", "", "1", "2"]),
        "energy_ws": st.one_of(st.none(), st.integers(0, 100_000)),
    }
)
STEPS = st.lists(
    st.one_of(LEVELS, st.sampled_from(["restart", "restarted", "unseen", "hold", "free", "start", "stop", "off", "on"]))
)


@given(STEPS, st.booleans())
def test_whatever_happens_transactions_begin_and_end_once_and_one_at_a_time(
    steps: list[dict[str, Any] | str], switches: bool
) -> None:
    scene = Scene(declaration=SWITCHES if switches else CANNOT)
    for step in steps:
        if isinstance(step, dict):
            scene.see(**step)
        else:
            _happens(scene, step)
    _check_transactions(scene)


def _happens(scene: Scene, step: str) -> None:
    charge = scene.connector.kept.charge
    match step:
        case "restart":
            scene.restart()
        case "restarted":
            scene.connector.restarted()
        case "unseen":
            scene.connector.unseen()
        case "hold":
            scene.hold()
        case "free":
            scene.situation = FREE
        case "start":
            scene.start()
        case "stop":
            scene.connector.end(charge.transaction_id if charge else 1, STOPPED)
        case _:
            scene.connector.enable(enabled=step == "on")


def _check_transactions(scene: Scene) -> None:
    running = ""
    register_wh = 0
    for event in scene.told:
        if isinstance(event, TransactionStarted):
            assert not running
            running = event.transaction_id
            assert event.meter_start_wh >= register_wh
            register_wh = event.meter_start_wh
        elif isinstance(event, TransactionEnded):
            assert event.transaction_id == running
            running = ""
            assert event.meter_stop_wh >= register_wh
            register_wh = event.meter_stop_wh
    charge = scene.connector.kept.charge
    assert running == ("" if charge is None else str(charge.transaction_id))
    started = [event.transaction_id for event in scene.told if isinstance(event, TransactionStarted)]
    assert len(set(started)) == len(started)


def test_a_charge_goes_on_under_another_driver_which_bills_nothing_of_its_own_counter() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, energy_ws=3600)
    scene.declaration = Declaration(protocol="another", switches_power=True, lifetime_counter=True)
    scene.restart()
    assert scene.see(plugged=True, charging=True) == []
    assert scene.see(plugged=True, charging=True, energy_ws=36_000_000_000) == []
    scene.see(plugged=True, charging=True, energy_ws=36_000_007_200)
    scene.see(plugged=False, energy_ws=36_000_007_200)
    assert scene.energies_wh() == [1 + 2]


def test_a_counter_of_a_life_that_is_told_late_is_not_the_charges() -> None:
    scene = Scene(declaration=Declaration(protocol="test", lifetime_counter=True))
    scene.see(plugged=False)
    scene.see(plugged=True, charging=True)
    scene.see(plugged=True, charging=True, energy_ws=36_000_000_000)
    scene.see(plugged=False, energy_ws=36_000_003_600)
    assert scene.energies_wh() == [1]


def test_readings_go_on_when_the_clock_is_put_back() -> None:
    scene = Scene()
    scene.see(plugged=True, charging=True, energy_ws=0)
    scene.now -= timedelta(days=1)
    scene.told.clear()
    scene.see(after_s=1, plugged=True, charging=True, energy_ws=3600)
    assert sum(isinstance(event, Meter) for event in scene.told) == 1

"""The core of every unit: levels in, edges and orders out, with a clock of the test's own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.connector import REFUSED, STOPPED, Connector
from ocpp_bridge.units.driver import Declaration, Observation
from ocpp_bridge.units.kept import Kept
from ocpp_bridge.units.power import Power, Situation
from wire.codec import decode, encode
from wire.events import Event, Meter, Status, TransactionEnded, TransactionStarted
from wire.questions import HoldConfig

BEGAN = datetime(2026, 5, 4, 8, tzinfo=UTC)
FREE = Situation(admits_unknown=True)
SWITCHES = Declaration(protocol="test", switches_power=True, commands=("start", "stop"))
CANNOT = Declaration(protocol="test")


@dataclass
class Scene:
    """One connector, what it told, and the orders it gave, each carried out at once."""

    declaration: Declaration = SWITCHES
    situation: Situation = FREE
    kept: Kept = field(default_factory=Kept)
    now: datetime = BEGAN
    told: list[Event] = field(default_factory=list)
    orders: list[Power] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connector = self._made(self.kept)

    def _made(self, kept: Kept) -> Connector:
        ids = iter(range(100 + len(self.told), 10_000))
        return Connector("CP", 1, self.declaration, kept, sample_s=10, make_id=lambda: next(ids))

    def see(self, after_s: float = 30.0, **seen: Any) -> list[str]:
        """What one more observation made it tell."""
        self.now += timedelta(seconds=after_s)
        return self._took(self.connector.observe(Observation(at=self.now, **seen), self.now, self.situation).events)

    def wait(self, after_s: float) -> list[str]:
        self.now += timedelta(seconds=after_s)
        return self._took(self.connector.again(self.now, self.situation).events)

    def restart(self) -> None:
        """The bridge's process ended; what is kept went through the spool."""
        self.connector = self._made(decode(Kept, encode(self.connector.kept)))

    def hold(self, tag: str = "KW-ANNA") -> None:
        until = self.now + timedelta(hours=1)
        hold = HoldConfig(charge_point_id="CP", connector=1, reservation_id=5, tag=tag, until=until)
        self.situation = Situation(hold=hold)

    def start(self, tag: str = "KW-ANNA") -> None:
        self.connector.start(tag, self.now + timedelta(seconds=120))

    def _took(self, events: list[Event]) -> list[str]:
        self.told += events
        order = self.connector.order(self.now, self.situation)
        if order is not None:
            self.orders.append(order)
            self.connector.carried_out(order, self.now)
        return [_word(event) for event in events if not isinstance(event, Meter)]

    def energies_wh(self) -> list[int]:
        starts = {one.transaction_id: one.meter_start_wh for one in self.told if isinstance(one, TransactionStarted)}
        ends = [one for one in self.told if isinstance(one, TransactionEnded)]
        return [end.meter_stop_wh - starts[end.transaction_id] for end in ends]


def _word(event: Event) -> str:
    if isinstance(event, Status):
        return str(event.status)
    return event.__struct_config__.tag  # type: ignore[return-value]


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


def test_another_session_is_another_car_though_no_gap_was_seen() -> None:
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, session="a", energy_ws=3600)
    told = scene.see(plugged=True, charging=True, session="b", energy_ws=1800, former_energy_ws=10_800)
    assert told == ["transaction_ended", "available", "transaction_started", "charging"]
    scene.see(plugged=False, energy_ws=9000)
    assert scene.energies_wh() == [3, 2]


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

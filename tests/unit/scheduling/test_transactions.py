"""A charge point's statuses and transactions, and the session they belong to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from model.charger import ChargerState, EndReason, Enforcement
from scheduling.effects import Alert, Message, StopRemotely, Warn
from scheduling.inputs import StatusReported, TransactionBegan
from tests.fakes.yard import Yard


@pytest.fixture
def charging(point_yard: Yard) -> Yard:
    """ann charges at ``c1`` with transaction ``t1`` from register 1000."""
    point_yard.join("ann")
    point_yard.starts("ann")
    return point_yard


@pytest.mark.parametrize("status", ["charging", "suspended_evse", "preparing", "occupied", "reserved"])
def test_these_words_leave_a_charge_as_it_is(charging: Yard, status):
    charging.status(status)
    assert charging.on() == "ann charging"


def test_finishing_is_full(charging: Yard):
    charging.status("finishing")
    assert charging.on() == "ann full"
    assert charging.messages() == [("ann", Message.FULL)]
    assert charging.record(1).full_at == charging.now


def test_a_stop_while_plugged_is_full(charging: Yard):
    charging.status("charging")
    charging.stops(meter_stop_wh=8000)
    assert charging.on() == "ann full"
    assert charging.record(1).energy_wh == 7000


def test_a_stop_is_full_also_where_no_status_was_ever_told(charging: Yard):
    charging.stops()
    assert charging.on() == "ann full"


def test_suspended_by_the_car_for_three_minutes_after_drawing_is_full(charging: Yard):
    charging.status("charging")
    charging.metered(4000)
    charging.status("suspended_ev")
    suspended_at = charging.now
    charging.wait_s(179)
    assert charging.on() == "ann charging"
    charging.wait_s(1)
    assert charging.on() == "ann full"
    assert charging.record(1).full_at == suspended_at + timedelta(seconds=180)


def test_a_car_that_goes_on_in_time_is_not_full(charging: Yard):
    charging.metered(4000)
    charging.status("suspended_ev")
    charging.wait_s(100)
    charging.status("charging")
    charging.wait_s(500)
    assert charging.on() == "ann charging"


def test_a_car_that_has_not_begun_yet_is_not_full(charging: Yard):
    charging.status("suspended_ev")
    charging.wait_s(3600)
    assert charging.on() == "ann charging"
    assert charging.charger().suspended_at is None


def test_a_full_car_may_top_up(charging: Yard):
    charging.metered(4000)
    charging.status("suspended_ev")
    charging.wait_s(180)
    charging.status("charging")
    assert charging.on() == "ann charging"
    assert charging.record(1).full_at is None


def test_a_full_car_tops_up_with_a_new_transaction_and_keeps_its_energy(charging: Yard):
    charging.stops("t1", meter_stop_wh=6000)
    charging.starts("ann", "t2", meter_start_wh=6000)
    assert charging.on() == "ann charging"
    charging.stops("t2", meter_stop_wh=7500)
    assert charging.record(1).energy_wh == 6500
    assert charging.charger().last_session == 1


def test_available_without_an_open_transaction_ends_the_session(charging: Yard):
    charging.stops()
    charging.status("available")
    assert charging.on() == ""
    assert charging.record(1).end_reason is EndReason.UNPLUGGED
    assert charging.people["ann"].place is None


def test_available_while_a_transaction_runs_is_not_believed_yet(charging: Yard):
    charging.status("charging")
    charging.status("available")
    assert charging.on() == "ann charging"


def test_the_stop_that_follows_such_an_available_ends_the_session(charging: Yard):
    charging.status("charging")
    charging.status("available")
    charging.stops()
    assert charging.on() == ""
    assert charging.charger().free


def test_a_stop_by_unplugging_ends_the_session(charging: Yard):
    charging.stops(meter_stop_wh=9000, reason="EVDisconnected")
    assert charging.on() == ""
    assert charging.record(1).energy_wh == 8000
    assert charging.charger().free


def test_the_next_is_asked_when_the_car_has_left(charging: Yard):
    charging.join("bob")
    charging.stops()
    assert charging.on() == "ann full"
    charging.status("available")
    assert charging.on() == "bob offered"


def test_ending_a_running_charge_stops_it_and_books_what_comes_after(charging: Yard):
    charging.metered(3000)
    charging.join("bob")
    decided = charging.end(by="owner")
    assert [one.transaction_id for one in decided.effects if isinstance(one, StopRemotely)] == ["t1"]
    assert charging.on() == ""
    assert charging.record(1).end_reason is EndReason.STOPPED
    assert charging.people["ann"].record.got_kwh == pytest.approx(3)
    assert charging.charger().state is ChargerState.AVAILABLE  # shown so, but the car is there: not offered
    charging.stops(meter_stop_wh=4500)
    assert charging.record(1).energy_wh == 3500
    assert charging.people["ann"].record.got_kwh == pytest.approx(3.5)
    assert charging.people["ann"].record.sessions == 1
    assert charging.on() == ""
    charging.status("available")
    assert charging.on() == "bob offered"


def test_energy_that_comes_only_after_our_session_has_closed_counts_as_served(charging: Yard):
    charging.end(by="admin")
    assert charging.people["ann"].record.sessions == 0
    charging.stops(meter_stop_wh=4500)
    record = charging.people["ann"].record
    assert (record.sessions, record.energy_wh) == (1, 3500)
    assert record.ask_kwh == pytest.approx(10)


def test_a_charge_that_drew_nothing_after_all_asked_for_nothing(charging: Yard):
    charging.end(by="admin")
    charging.stops(meter_stop_wh=1000)
    assert charging.people["ann"].record.ask_day is None
    assert charging.people["ann"].record.ask_kwh == 0


@pytest.mark.parametrize("register", [0, 500, 1000])
def test_a_register_behind_what_is_known_takes_no_energy_away(charging: Yard, register):
    charging.metered(3000)
    charging.stops(meter_stop_wh=register)
    assert charging.record(1).energy_wh == 3000


def test_unplugged_after_our_session_had_closed_the_charger_is_free(charging: Yard):
    charging.end(by="admin")
    charging.stops(reason="EVDisconnected")
    assert charging.charger().free


def test_the_end_of_an_unknown_transaction_closes_nothing(charging: Yard):
    for transaction_id in ("-1", "0", "", "t9"):
        answer = charging.stops(transaction_id)
        assert (answer.outcome, answer.reason) == ("noted", "unknown_transaction")
    assert charging.on() == "ann charging"


def test_a_charge_is_ended_by_its_drivers_cards_only_and_the_end_is_a_fact_all_the_same(charging: Yard):
    assert charging.stops(tagged=charging.tagged("bob")).tag_status == "Invalid"
    assert charging.on() == "ann full"
    assert charging.record(1).energy_wh > 0


def test_any_card_of_its_driver_ends_a_charge(charging: Yard):
    another = replace(charging.tagged("ann"), tag_key="another-card")
    assert charging.stops(tagged=another).tag_status == "Accepted"


def test_another_tag_ends_a_transaction_that_never_ended_as_a_ghost(charging: Yard):
    charging.metered(2000)
    charging.pass_s(60)
    assert charging.starts("bob", "t2", meter_start_wh=5000).tag_status == "Accepted"
    assert charging.record(1).end_reason is EndReason.GHOST
    assert charging.on() == "bob charging"


def test_the_late_end_of_a_ghost_is_booked_to_its_own_session(charging: Yard):
    charging.starts("bob", "t2", meter_start_wh=5000)
    answer = charging.stops("t1", meter_stop_wh=5000)
    assert (answer.outcome, answer.reason, answer.session_number) == ("applied", "late", 1)
    assert charging.record(1).energy_wh == 4000
    assert charging.record(2).energy_wh == 0
    assert charging.on() == "bob charging"


def test_the_same_tag_again_goes_on_with_its_session(charging: Yard):
    charging.metered(2000)
    charging.starts("ann", "t2", meter_start_wh=3000)
    assert charging.charger().last_session == 1
    charging.stops("t2", meter_stop_wh=4000)
    assert charging.record(1).energy_wh == 3000


def test_another_card_of_the_same_driver_begins_a_session_of_its_own(charging: Yard):
    charging.metered(2000)
    charging.starts("ann", "t2", tagged=replace(charging.tagged("ann"), tag_key="card-2"))
    assert charging.on() == "ann charging"
    assert charging.charger().last_session == 2
    assert charging.people["ann"].record.got_kwh == pytest.approx(2)


def test_an_unknown_connector_is_noted(point_yard: Yard):
    start = point_yard.start_input("ann")
    source = point_yard.source()
    answers = point_yard.decide(
        TransactionBegan(source=source, connector=7, transaction_id="t", meter_start_wh=0, tagged=start.tagged),
        StatusReported(source=point_yard.source(), connector=7, status="charging"),
    ).answers
    assert [(one.outcome, one.reason) for one in answers] == [("noted", "unknown_connector")] * 2


def test_connector_zero_speaks_for_no_charger(point_yard: Yard):
    before = point_yard.site
    source = point_yard.source()
    assert not point_yard.decide(StatusReported(source=source, connector=0, status="faulted")).changed
    assert point_yard.site is before


def test_a_status_that_changes_nothing_writes_nothing(point_yard: Yard):
    before = point_yard.site
    point_yard.status("available")
    assert point_yard.site is before


def test_a_plug_alone_is_kept(point_yard: Yard):
    point_yard.status("preparing")
    assert point_yard.charger().plugged
    assert not point_yard.charger().free
    point_yard.join("ann")
    assert point_yard.on() == ""


def test_a_foreign_reservation_makes_the_charger_unavailable(point_yard: Yard):
    point_yard.status("reserved")
    assert point_yard.charger().state is ChargerState.UNAVAILABLE
    point_yard.join("ann")
    assert point_yard.on() == ""
    point_yard.status("available")
    assert point_yard.on() == "ann offered"


def test_our_own_reservation_is_no_foreign_one(point_yard: Yard):
    point_yard.join("ann")
    point_yard.status("reserved")
    assert point_yard.on() == "ann offered"
    assert not point_yard.charger().foreign_reservation


def test_a_presumed_charge_point_cannot_refuse_so_a_start_in_a_hold_is_the_holders(yard: Yard):
    yard.connector(enforcement=Enforcement.PRESUMED)
    yard.join("ann")
    yard.accept("ann")
    yard.starts("")
    assert yard.on() == "ann charging"
    assert not yard.record(1).confirmed


def test_a_presumed_charge_point_cannot_refuse_another_drivers_card_either(yard: Yard):
    yard.connector(enforcement=Enforcement.PRESUMED)
    yard.join("ann")
    yard.starts("bob")
    assert yard.on() == "bob charging"
    assert yard.entry("ann").front_at is not None
    assert [one.alert for one in yard.effects if isinstance(one, Warn)] == [Alert.ANOMALY]


def test_events_of_a_batch_are_decided_together(point_yard: Yard):
    decided = point_yard.decide(
        point_yard.status_input("preparing"),
        point_yard.start_input("ann"),
        point_yard.status_input("charging"),
    )
    assert [one.outcome for one in decided.answers] == ["applied"] * 3
    assert point_yard.on() == "ann charging"


def test_streams_idle_for_a_month_are_forgotten(point_yard: Yard):
    assert set(point_yard.link_of().cursors) == {"s1"}
    point_yard.pass_s(31 * 24 * 3600)
    source = point_yard.source()
    point_yard.decide(StatusReported(source=replace(source, stream="s2"), connector=1, status="faulted"))
    assert set(point_yard.link_of().cursors) == {"s2"}

"""A charge point that cannot be heard: holds wait for it, and what happened meanwhile is history, not refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from model.charger import ChargerState, EndReason
from scheduling.decide import decide
from scheduling.effects import Alert, Warn
from scheduling.inputs import Source, Tick
from scheduling.outcome import Need, State
from tests.fakes.yard import BRIDGE, Yard


@pytest.fixture
def held(point_yard: Yard) -> Yard:
    point_yard.join("ann", "bob")
    point_yard.accept("ann")
    return point_yard


def test_a_charge_point_that_is_gone_is_offline_and_the_manager_told(point_yard: Yard):
    point_yard.link(connected=False)
    assert point_yard.charger().state is ChargerState.OFFLINE
    assert [one.alert for one in point_yard.effects if isinstance(one, Warn)] == [Alert.OFFLINE]
    point_yard.join("ann")
    assert point_yard.on() == ""
    point_yard.link(connected=True, epoch=2)
    assert point_yard.on() == "ann offered"


def test_the_goodbye_of_an_older_socket_does_not_count(point_yard: Yard):
    point_yard.link(connected=True, epoch=5)
    assert point_yard.link(connected=False, epoch=4).reason == "older_connection"
    assert point_yard.link(connected=False, epoch=9, bridge_id="b2").reason == "older_connection"
    assert point_yard.charger().state is ChargerState.AVAILABLE


def test_a_hold_does_not_lapse_while_its_charge_point_is_offline(held: Yard):
    held.link(connected=False)
    held.wait_s(900 + 1799)
    assert held.on() == "ann held"


def test_after_half_an_hour_the_holder_goes_to_the_front_at_no_cost(held: Yard):
    held.link(connected=False)
    held.wait_s(900 + 1800)
    assert held.places() == ["ann", "bob"]
    assert held.entry("ann").front_at is not None
    assert held.record(1).end_reason is EndReason.WITHDRAWN
    assert held.on() == ""


def test_the_end_of_that_half_hour_is_due(held: Yard):
    session = held.charger().session
    assert session is not None
    assert session.plug_by is not None
    held.link(connected=False)
    held.wait_until(session.plug_by)
    held.join("cid")
    assert held.site.next_due_at == session.plug_by + timedelta(seconds=1800)


def test_back_in_time_the_charge_point_can_still_tell_that_the_holder_came(held: Yard):
    held.link(connected=False)
    held.wait_s(1200)
    held.link(connected=True, epoch=2)
    assert held.on() == "ann held"
    held.pass_s(20)
    held.starts("ann", offline=True)
    assert held.on() == "ann charging"
    assert held.site.day is not None
    assert held.site.day.no_shows == {}


def test_who_did_not_come_while_it_was_offline_pays_nothing(held: Yard):
    held.link(connected=False)
    held.wait_s(1200)
    held.link(connected=True, epoch=2)
    held.wait_s(90)
    assert held.site.day is not None
    assert held.site.day.no_shows == {}
    assert held.on() == "ann offered"
    assert held.entry("ann").front_at is not None


def test_a_short_gap_changes_no_deadline(held: Yard):
    before = held.charger().session
    held.link(connected=False)
    held.pass_s(100)
    held.link(connected=True, epoch=2)
    assert held.charger().session == before


def test_an_offer_that_is_not_answered_is_a_silence_all_the_same(point_yard: Yard):
    point_yard.join("ann")
    point_yard.link(connected=False)
    point_yard.wait_s(700)
    point_yard.link(connected=True, epoch=2)
    point_yard.wait_s(90)
    assert point_yard.entry("ann").snoozed_by_silence


def test_the_bridge_is_asked_about_only_when_a_deadline_has_passed(held: Yard):
    held.pass_s(899)
    decide(State(site=held.site), [Tick()], held.now)
    held.pass_s(1)
    with pytest.raises(Need) as need:
        decide(State(site=held.site), [Tick()], held.now)
    assert need.value.bridges == {BRIDGE}


def test_a_hold_does_not_lapse_while_its_bridge_is_silent(held: Yard):
    held.bridge_seen = held.now
    held.wait_s(900 + 1799)
    assert held.on() == "ann held"
    held.wait_s(61)
    assert held.entry("ann").front_at is not None


def test_a_bridge_heard_within_its_time_is_not_silent(held: Yard):
    held.bridge_seen = held.now + timedelta(seconds=820)
    held.wait_s(900)
    assert held.record(1).end_reason is EndReason.NO_SHOW


def test_a_bridge_that_was_never_heard_is_silent(held: Yard):
    held.pass_s(900)
    decided = decide(State(site=held.site, bridges={BRIDGE: None}), [Tick()], held.now)
    assert not decided.changed


def test_a_bridge_that_is_behind_lets_nothing_lapse_it_has_not_told_yet(held: Yard):
    """After an outage it tells events of a while ago; what came in between is in its next post."""
    told_until = held.now + timedelta(seconds=300)
    plugged_at = held.now + timedelta(seconds=800)
    held.pass_s(1500)
    held.boots_at(told_until)
    assert held.on() == "ann held"
    held.starts("ann", received_at=plugged_at)
    assert held.on() == "ann charging"


def test_what_a_bridge_told_up_to_its_deadline_lets_a_hold_lapse(held: Yard):
    deadline = held.now + timedelta(seconds=900)
    held.pass_s(1500)
    held.boots_at(deadline)
    assert held.record(1).end_reason is EndReason.NO_SHOW


def test_an_offline_start_by_another_is_history(held: Yard):
    answer = held.starts("bob", offline=True)
    assert (answer.outcome, answer.reason) == ("applied", "held_for_another")
    assert held.on() == "bob charging"
    assert held.places() == ["ann"]
    assert held.entry("ann").front_at is not None
    assert [one.alert for one in held.effects if isinstance(one, Warn)] == [Alert.ANOMALY]


def test_an_offline_start_of_nobody_known_is_a_session_of_nobody(held: Yard):
    answer = held.starts("", offline=True)
    assert answer.tag_status == "Invalid"
    assert held.on() == "nobody charging"
    assert held.places() == ["ann", "bob"]


def test_an_offline_start_ends_the_charge_it_followed_as_a_ghost(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.metered(3000)
    point_yard.starts("bob", "t2", offline=True)
    assert point_yard.record(1).end_reason is EndReason.GHOST
    assert point_yard.on() == "bob charging"


def test_who_has_a_place_elsewhere_charged_here_offline_as_nobody(point_yard: Yard):
    point_yard.driver("ann")
    point_yard.elsewhere.add("ann")
    point_yard.starts("ann", offline=True)
    assert point_yard.on() == "nobody charging"


def test_a_late_event_of_a_charger_clock_counts_by_when_it_was_received(held: Yard):
    start = held.start_input("ann")
    source = Source(
        charge_point_id="CP1",
        stream="s1",
        seq=start.source.seq,
        received_at=held.now,
        occurred_at=held.now - timedelta(days=9000),
    )
    held.decide(replace(start, source=source))
    assert held.record(1).plugged_at == held.now

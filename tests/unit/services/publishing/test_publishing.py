"""Outside systems are told of all that is kept: in order, at least once, with the same ids, and cheaply."""

import json
from dataclasses import replace
from typing import Any

import pytest

from model import paths
from model.errors import Unavailable
from model.settings import Privacy
from scheduling.inputs import PutLocation
from services.publishing.cursor import cursor_of
from services.publishing.publishing import PAGE, NotMine, Publishing
from services.publishing.role import LEASE
from services.sites.decision_document import decision_document
from tests.fakes.charging_hour import charged, posts
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD


def bodies(receiver, kind):
    return [json.loads(one.body) for one in receiver.told if one.kind == kind]


def events(receiver):
    return [one["event"] for one in bodies(receiver, "session")]


def charge(world, number=1):
    """One whole session of Ann's: asked, accepted, charged, gone."""
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    world.services.queueing.answer_offer(YARD, world.ann.user_id, "accept", DRIVER)
    world.starts(world.ann.tag, f"t{number}", meter_wh=1_000)
    world.tell("CP1", "status", connector=1, status="charging")
    world.tell("CP1", "transaction_ended", transaction_id=f"t{number}", meter_stop_wh=8_000, connector=1)
    world.tell("CP1", "status", connector=1, status="available")


def test_a_receiver_that_knows_nothing_is_told_all_states_and_no_history(yard, receiver, publishing):
    charge(yard)
    yard.clock.advance(days=2)
    publishing.publish(YARD)
    assert [one.kind for one in receiver.told] == ["state", "location"]
    assert all(one.retained for one in receiver.told)
    assert bodies(receiver, "state")[0]["state"] == "available"
    assert bodies(receiver, "location")[0]["free"] == 1


def test_a_location_that_is_new_is_told_from_its_beginning(yard, receiver, publishing):
    charge(yard)
    publishing.publish(YARD)
    assert events(receiver) == ["offered", "accepted", "started", "full", "ended"]
    assert json.loads(receiver.told[0].body)["version"] == 1


def test_nothing_is_lost_of_what_comes_while_the_first_states_cannot_be_told(yard, receiver, publishing):
    yard.clock.advance(days=2)
    receiver.failing = True
    with pytest.raises(Unavailable):
        publishing.publish(YARD)
    charge(yard)
    receiver.failing = False
    Publishing(yard.store, yard.clock, yard.services.sites, receiver, "p1").publish(YARD)
    assert events(receiver) == ["offered", "accepted", "started", "full", "ended"]
    assert [one.kind for one in receiver.told[-2:]] == ["state", "location"]


def test_a_session_is_told_event_by_event_and_then_the_state_it_led_to(yard, receiver, publishing):
    publishing.publish(YARD)
    receiver.told.clear()
    charge(yard)
    publishing.publish(YARD)
    assert events(receiver) == ["offered", "accepted", "started", "full", "ended"]
    states = [one["state"] for one in bodies(receiver, "state")]
    assert list(dict.fromkeys(states)) == ["pre_session", "charging", "full", "available"]
    ended = bodies(receiver, "session")[-1]
    assert (ended["energy_wh"], ended["end_reason"], ended["schema"]) == (7_000, "unplugged", 1)
    versions = [json.loads(one.body)["version"] for one in receiver.told]
    assert versions == sorted(versions)
    assert len({one.message_id for one in receiver.told}) == len(receiver.told)
    assert not any(one.retained for one in receiver.told if one.kind == "session")


def test_what_was_told_is_not_told_again(yard, receiver, publishing):
    charge(yard)
    publishing.publish(YARD)
    receiver.told.clear()
    assert publishing.publish(YARD) == 0
    assert Publishing(yard.store, yard.clock, yard.services.sites, receiver, "p1").publish(YARD) > 0
    assert {one.kind for one in receiver.told} == {"state", "location"}, "only the states, by a process that is new"


def test_an_hour_without_the_receiver_loses_nothing(yard, receiver, publishing):
    publishing.publish(YARD)
    receiver.told.clear()
    receiver.failing = True
    for number in range(1, 30):
        charge(yard, number)
        with pytest.raises(Unavailable):
            publishing.publish(YARD)
        yard.clock.advance(minutes=2)
    receiver.failing = False
    publishing.publish(YARD)
    assert yard.site().version > PAGE, "more than a page"
    assert events(receiver) == ["offered", "accepted", "started", "full", "ended"] * 29
    assert max(receiver.pages) <= 100
    last = bodies(receiver, "state")[-1]
    assert (last["state"], last["version"]) == ("available", yard.site().version)


@pytest.mark.parametrize("arrived", range(4))
def test_what_arrived_before_a_crash_comes_again_with_the_same_ids_and_bytes(yard, receiver, publishing, arrived):
    publishing.publish(YARD)
    receiver.told.clear()
    charge(yard)
    receiver.fails_after = arrived
    with pytest.raises(Unavailable):
        publishing.publish(YARD)
    before = list(receiver.told)
    receiver.told.clear()
    receiver.fails_after = None
    yard.clock.advance(seconds=LEASE.total_seconds() + 1)
    Publishing(yard.store, yard.clock, yard.services.sites, receiver, "p2").publish(YARD)
    assert len(before) == arrived
    assert receiver.told[:arrived] == before
    assert events(receiver) == ["offered", "accepted", "started", "full", "ended"]


def test_one_process_at_a_time_tells_and_another_goes_on_where_it_stopped(yard, receiver, publishing):
    publishing.publish(YARD)
    other = FakePublisher()
    second = Publishing(yard.store, yard.clock, yard.services.sites, other, "p2")
    charge(yard)
    with pytest.raises(NotMine):
        second.publish(YARD)
    publishing.close()
    assert receiver.closed == 1
    second.publish(YARD)
    assert events(other) == ["offered", "accepted", "started", "full", "ended"]
    with pytest.raises(NotMine):
        publishing.publish(YARD)


def test_a_receiver_that_lost_its_memory_is_told_all_states_anew(yard, receiver, publishing):
    publishing.publish(YARD)
    receiver.told.clear()
    receiver.memory = 1
    publishing.sweep()
    assert [one.kind for one in receiver.told] == ["state", "location"]
    assert publishing.sweep() == 0


def test_a_receiver_without_memory_is_told_states_as_they_change_only(yard, receiver, publishing):
    receiver.memory = None
    publishing.publish(YARD)
    receiver.told.clear()
    Publishing(yard.store, yard.clock, yard.services.sites, receiver, "p1").sweep()
    assert receiver.told == []


def test_samples_are_told_once_post_by_post_and_only_when_kept(yard, receiver, publishing):
    yard.starts(yard.ann.tag, "t1", meter_wh=1_000)
    publishing.publish(YARD)
    receiver.told.clear()
    batches = posts(charged(yard, 1_500))
    for batch in batches:
        yard.post(*batch)
        publishing.publish(YARD)
        publishing.publish(YARD)
    samples = [sample for one in bodies(receiver, "meter") for sample in one["samples"]]
    assert len(samples) == 150 * 12
    assert len({(one["at"], one["measurand"], one["phase"]) for one in samples}) == len(samples)
    assert {one["unit"] for one in samples} == {"Wh", "W", "A", "V", "Percent", "Celsius"}
    assert len(set(receiver.ids("meter"))) == len(receiver.ids("meter"))
    assert all(len(one.body) < 64_000 for one in receiver.told)


def test_samples_that_were_filed_meanwhile_are_told_from_their_segments(yard, receiver, publishing):
    yard.starts(yard.ann.tag, "t1", meter_wh=1_000)
    publishing.publish(YARD)
    everything = posts(charged(yard, 3_000))
    yard.post(*everything[0])
    publishing.publish(YARD)
    receiver.failing = True
    for batch in everything[1:]:
        yard.post(*batch)
        with pytest.raises(Unavailable):
            publishing.publish(YARD)
    receiver.failing = False
    publishing.publish(YARD)
    samples = [sample["at"] for one in bodies(receiver, "meter") for sample in one["samples"]]
    assert len(samples) == 300 * 12
    assert samples == sorted(samples)


def test_an_idle_location_costs_a_read_a_look(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.clock.advance(minutes=5)
    publishing.sweep()
    with yard.store.measure() as cost:
        for _ in range(10):
            publishing.publish(YARD)
    assert (cost.reads, cost.writes) == (10, 0)


def test_a_decision_costs_its_own_read_and_one_write(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    with yard.store.measure() as cost:
        publishing.publish(YARD)
    assert (cost.reads, cost.writes) == (2, 1)


def test_people_are_pseudonyms_unless_the_location_shows_names(yard, receiver, publishing):
    publishing.publish(YARD)
    for privacy in (Privacy.INITIALS, Privacy.PLACES, Privacy.NAMES):
        yard.services.keeping.put_location(YARD, PutLocation(settings=replace(SETTINGS, privacy=privacy)), ADMIN)
        receiver.told.clear()
        yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
        yard.services.queueing.leave(YARD, yard.ann.user_id, DRIVER)
        publishing.publish(YARD)
        text = b"".join(one.body for one in receiver.told).decode()
        offered = bodies(receiver, "session")[0]
        assert len(offered["user"]) == 20
        assert "u-ann" not in text
        assert offered["username"] == ("ann" if privacy is Privacy.NAMES else None)
        assert ("ann" in text.replace(offered["user"], "")) is (privacy is Privacy.NAMES)


def test_a_decision_that_cannot_be_read_holds_nothing_up(yard, receiver, publishing):
    publishing.publish(YARD)
    receiver.told.clear()
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    path = paths.decision(YARD, yard.site().version)
    yard.store.put(path, {**yard.store.get(path).data, "body": [b"no body"]})
    yard.services.queueing.answer_offer(YARD, yard.ann.user_id, "accept", DRIVER)
    publishing.publish(YARD)
    assert events(receiver) == ["accepted"]


def untellable(changes: dict[str, Any], lies: str) -> dict[str, Any]:
    """The changes of a decision as no build would write them."""
    match lies:
        case "no_event":
            return {"sessions": [{name: value for name, value in changes["sessions"][0].items() if name != "event"}]}
        case "no_text":
            return {"sessions": [{**changes["sessions"][0], "event": 5}]}
        case "no_charger":
            return {**changes, "chargers": [{}]}
        case _:
            return {"sessions": 7}


@pytest.mark.parametrize("lies", ["no_event", "no_text", "no_charger", "no_list"])
def test_a_decision_that_cannot_be_told_is_left_out_and_counted_and_nothing_else_is(yard, receiver, publishing, lies):
    publishing.publish(YARD)
    receiver.told.clear()
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    decision = yard.decision(yard.site().version)
    bad = replace(decision, changes=untellable(decision.changes, lies))
    yard.store.put(paths.decision(YARD, decision.version), decision_document(bad))
    yard.services.queueing.answer_offer(YARD, yard.ann.user_id, "accept", DRIVER)
    assert publishing.sweep() > 0
    assert events(receiver) == ["accepted"]
    cursor = cursor_of(yard.store, YARD, receiver.name)
    assert cursor is not None
    assert (cursor.version, cursor.skipped) == (yard.site().version, 1)
    assert publishing.sweep() == 0


def test_a_location_whose_state_cannot_be_told_keeps_no_other_from_being_told(yard, receiver, publishing):
    yard.location("zoo")
    yard.store.put(paths.cursor(YARD, receiver.name), {"version": "none"})
    assert publishing.sweep() > 0
    assert {one.location_id for one in receiver.told} == {"zoo"}


def test_a_receiver_that_is_away_is_no_fault_of_a_decision(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    receiver.failing = True
    with pytest.raises(Unavailable):
        publishing.sweep()
    receiver.failing = False
    receiver.told.clear()
    publishing.sweep()
    assert "offered" in events(receiver)
    cursor = cursor_of(yard.store, YARD, receiver.name)
    assert cursor is not None
    assert cursor.skipped == 0


def test_decisions_of_earlier_builds_are_passed_over(yard, receiver, publishing):
    publishing.publish(YARD)
    receiver.told.clear()
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    decision = replace(yard.decision(yard.site().version), changes={})
    yard.store.put(paths.decision(YARD, decision.version), decision_document(decision))
    assert publishing.publish(YARD) == 0
    assert publishing.publish(YARD) == 0


def test_a_clock_set_back_leaves_no_lease_for_ever(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.clock.advance(days=-1)
    other = Publishing(yard.store, yard.clock, yard.services.sites, FakePublisher(), "p2")
    assert other.publish(YARD) > 0

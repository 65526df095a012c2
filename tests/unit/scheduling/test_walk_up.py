"""Charging at a free charger without having queued."""

from dataclasses import replace

import pytest

from model.account import Place
from model.errors import Conflict
from model.settings import UnknownTags
from scheduling.effects import StartRemotely, StopRemotely
from scheduling.inputs import StartCharging, StopCharging
from scheduling.states import Standing
from tests.fakes.yard import Yard


def test_a_free_charger_may_be_used_when_nobody_waits(point_yard: Yard):
    answer = point_yard.starts("ann")
    assert (answer.tag_status, answer.reason) == ("Accepted", "walk_up")
    assert point_yard.on() == "ann charging"
    assert point_yard.record(1).walk_up
    assert point_yard.people["ann"].place == Place(location_id="yard", entry_id=point_yard.entry("ann").entry_id)


def test_whoever_waits_comes_first(point_yard: Yard):
    point_yard.connector("c2", "CP1", 2)
    point_yard.status("faulted", "c2")
    point_yard.starts("ann", "t1")
    point_yard.join("bob")
    point_yard.decide(replace(point_yard.status_input("faulted", "c2")))
    point_yard.stops("t1")  # the car stays: full
    assert point_yard.starts("cid", "t2", "c2").reason == "others_wait"
    assert point_yard.on("c2") == ""


def test_who_sleeps_keeps_nobody_waiting(point_yard: Yard):
    point_yard.join("ann")
    point_yard.snooze("ann", 30)
    assert point_yard.starts("bob").tag_status == "Accepted"
    assert point_yard.on() == "bob charging"


def test_a_location_may_ask_everybody_to_join_first(point_yard: Yard):
    point_yard.change(walk_up=False)
    assert point_yard.starts("ann").reason == "join_first"


def test_the_one_who_waits_alone_may_walk_up(point_yard: Yard):
    point_yard.status("preparing")  # occupied: nobody is asked
    point_yard.join("ann")
    entry = point_yard.entry("ann").entry_id
    assert point_yard.starts("ann").tag_status == "Accepted"
    assert point_yard.entry("ann").entry_id == entry
    assert point_yard.places() == []


def test_an_unknown_tag_is_refused(point_yard: Yard):
    assert point_yard.starts("").tag_status == "Invalid"
    assert point_yard.on() == ""


def test_an_unknown_tag_may_walk_up_where_the_location_says_so(point_yard: Yard):
    point_yard.change(unknown_tags=UnknownTags.WALK_UP)
    assert point_yard.starts("").tag_status == "Accepted"
    assert point_yard.on() == "nobody charging"
    assert point_yard.record(1).user_id == ""


def test_the_same_unknown_tag_goes_on_after_a_reconnect(point_yard: Yard):
    point_yard.change(unknown_tags=UnknownTags.WALK_UP)
    point_yard.starts("", "t1")
    assert point_yard.starts("", "t2", meter_start_wh=2000).tag_status == "Accepted"
    assert point_yard.charger().last_session == 1
    assert point_yard.record(1).transaction_id == "t2"


def test_who_has_a_place_elsewhere_does_not_walk_up(point_yard: Yard):
    person = point_yard.driver("ann")
    point_yard.people["ann"] = replace(person, place=Place(location_id="other", entry_id=4))
    point_yard.elsewhere.add("ann")
    assert point_yard.starts("ann").tag_status == "ConcurrentTx"
    with pytest.raises(Conflict) as refused:
        point_yard.join("ann")
    assert refused.value.code == "already_placed"


def test_who_charges_here_does_not_start_a_second_one(yard: Yard):
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2)
    yard.starts("ann", "t1", "c1")
    assert yard.starts("ann", "t2", "c2").tag_status == "ConcurrentTx"
    assert (yard.on("c1"), yard.on("c2")) == ("ann charging", "")


def test_a_driver_without_a_card_starts_from_the_app(point_yard: Yard):
    point_yard.driver("ann")
    decided = point_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    assert [one.tag for one in decided.effects if isinstance(one, StartRemotely)] == ["tag-ann"]
    assert point_yard.on() == "ann held"


def test_starting_from_the_app_is_an_answer_to_an_offer(point_yard: Yard):
    point_yard.join("ann")
    point_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    assert point_yard.on() == "ann held"


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda yard: yard.join("bob"), "held_for_another"),
        (lambda yard: yard.status("faulted"), "charger_not_ready"),
        (lambda yard: yard.link(connected=False), "charger_offline"),
        (lambda yard: yard.set_state("unavailable"), "out_of_service"),
        (lambda yard: yard.starts("bob"), "in_use"),
    ],
)
def test_a_start_from_the_app_is_refused(point_yard: Yard, prepare, code):
    prepare(point_yard)
    point_yard.driver("ann")
    before = point_yard.site
    with pytest.raises(Conflict) as refused:
        point_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    assert refused.value.code == code
    assert point_yard.site is before


def test_a_full_car_whose_transaction_is_open_may_be_stopped_from_afar(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.status("finishing")
    assert point_yard.standing("ann") is Standing.FULL
    decided = point_yard.decide(StopCharging(user_id="ann", charger_id="c1"))
    assert [effect.transaction_id for effect in decided.effects if isinstance(effect, StopRemotely)] == ["t1"]


def test_a_unit_cannot_be_started_or_stopped_from_afar(unit_yard: Yard):
    unit_yard.join("ann")
    with pytest.raises(Conflict) as refused:
        unit_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    assert refused.value.code == "no_remote_start"
    unit_yard.level("charging")
    with pytest.raises(Conflict) as refused:
        unit_yard.decide(StopCharging(user_id="ann", charger_id="c1"))
    assert refused.value.code == "no_remote_stop"
    assert unit_yard.standing("ann") is Standing.CHARGING

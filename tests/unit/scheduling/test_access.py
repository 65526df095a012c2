"""Access of groups to chargers (B8): who may not use the free one is passed over, and nobody goes without for it."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.charger import Charger, EndReason
from model.entry import Entry, Member, Score
from model.errors import Conflict
from model.settings import Settings, UnknownTags
from model.site import Site
from scheduling.effects import Message
from scheduling.inputs import Join, PutCharger, Regroup, Reserve, StartCharging, Tick
from scheduling.offering.matching import matched
from scheduling.rights.access import open_to
from scheduling.states import Standing
from tests.fakes.clock import START
from tests.fakes.yard import Yard


@pytest.fixture
def staffed() -> Yard:
    """``c1`` for staff only, ``c2`` for everybody; both free, at a charge point. ann is of the staff."""
    made = Yard()
    made.connector("c1", "CP1", 1, groups=("staff",))
    made.connector("c2", "CP1", 2)
    of(made, "ann", "staff")
    return made


def of(yard: Yard, name: str, *groups: str) -> None:
    person = yard.driver(name)
    yard.people[name] = replace(person, member=replace(person.member, groups=groups))


def code(yard: Yard, *inputs: Join | Reserve | StartCharging) -> str:
    before = yard.site
    with pytest.raises(Conflict) as caught:
        yard.decide(*inputs)
    assert yard.site == before
    return caught.value.code


def test_a_free_charger_is_offered_to_the_first_who_may_use_it(staffed: Yard):
    staffed.join("bob", "cid")
    assert (staffed.on("c1"), staffed.on("c2"), staffed.places()) == ("", "bob offered", ["cid"])
    staffed.join("ann")
    assert (staffed.on("c1"), staffed.places()) == ("ann offered", ["cid"])


def test_who_is_passed_over_keeps_place_score_and_count(staffed: Yard):
    staffed.join("bob", "cid", "dan")
    before = [staffed.entry(name) for name in ("cid", "dan")]
    staffed.join("ann")
    assert [staffed.entry(name) for name in ("cid", "dan")] == before
    assert staffed.site.day is not None
    assert (staffed.site.day.silences, staffed.site.day.no_shows) == ({}, {})
    staffed.leave("bob")
    assert staffed.on("c2") == "cid offered"


def test_who_comes_back_from_an_offer_stands_behind_whom_it_passed_over(staffed: Yard):
    staffed.join("bob", "cid", "ann")
    staffed.snooze("ann")
    assert staffed.places() == ["cid", "ann"]


def test_time_alone_does_nothing_for_whom_no_free_charger_is_open_to(staffed: Yard):
    """No look every minute: the free charger will never be theirs."""
    staffed.join("bob", "cid")
    staffed.accept("bob")
    session = staffed.charger("c2").session
    assert session is not None
    assert staffed.site.next_due_at == session.plug_by
    assert not staffed.decide(Tick()).changed


def test_the_first_may_have_either_so_both_get_one():
    yard = Yard()
    of(yard, "ann", "staff")
    yard.connector("c1", "CP1", 1)
    yard.connector("c2", "CP1", 2, groups=("staff",))
    for charger_id in ("c1", "c2"):
        yard.status("faulted", charger_id)
    yard.join("ann", "bob")
    yard.decide(yard.status_input("available", "c1"), yard.status_input("available", "c2"))
    assert (yard.on("c1"), yard.on("c2")) == ("bob offered", "ann offered")
    yard.snooze("ann")
    yard.snooze("bob")
    assert yard.places() == ["ann", "bob"]


def test_who_may_use_no_charger_does_not_join(staffed: Yard):
    staffed.driver("bob")
    staffed.decide(PutCharger(charger_id="c2", groups=("fleet", "staff")))
    with pytest.raises(Conflict, match="for groups fleet, staff") as caught:
        staffed.join("bob")
    assert caught.value.code == "no_access"
    of(staffed, "bob", "fleet")
    staffed.join("bob")
    assert staffed.on("c2") == "bob offered"


def test_a_location_says_it_for_chargers_that_do_not(staffed: Yard):
    staffed.change(groups=("fleet",))
    staffed.driver("bob")
    assert code(staffed, Join(user_id="bob")) == "no_access"
    of(staffed, "eve", "fleet")
    staffed.join("eve", "ann")
    assert (staffed.on("c1"), staffed.on("c2")) == ("ann offered", "eve offered")


def test_where_there_is_no_charger_yet_everybody_joins():
    yard = Yard(settings=Settings(groups=("staff",)))
    yard.join("bob")
    assert yard.places() == ["bob"]


def test_at_the_charger_the_card_of_somebody_else_is_refused_with_the_reason(staffed: Yard):
    answer = staffed.starts("bob")
    assert (answer.tag_status, answer.reason) == ("Blocked", "no_access")
    assert staffed.starts("bob", "t2", "c2").tag_status == "Accepted"
    staffed.change(unknown_tags=UnknownTags.WALK_UP)
    assert staffed.starts("", "t3").reason == "no_access"


def test_neither_reserving_nor_starting_from_afar_opens_it(staffed: Yard):
    staffed.driver("bob")
    assert code(staffed, Reserve(user_id="bob", charger_id="c1")) == "no_access"
    assert code(staffed, StartCharging(user_id="bob", charger_id="c1")) == "no_access"
    staffed.decide(Reserve(user_id="ann", charger_id="c1"))
    assert staffed.on("c1") == "ann held"


def test_whoever_waits_for_other_chargers_keeps_nobody_from_this_one(staffed: Yard):
    staffed.join("bob", "cid")
    staffed.decide(Reserve(user_id="ann", charger_id="c1"))
    assert staffed.on("c1") == "ann held"
    staffed.decline("ann")
    assert staffed.starts("ann").reason == "walk_up"


def test_nobody_overstays_for_those_who_could_not_use_the_charger(staffed: Yard):
    staffed.starts("ann", meter_start_wh=0)
    staffed.stops(meter_stop_wh=5_000)
    staffed.join("bob", "cid")
    staffed.wait_s(3 * 900)
    staffed.status("available")
    assert staffed.record(1).overstay_s == 0


def test_a_charge_goes_on_when_its_driver_leaves_the_group(staffed: Yard):
    staffed.starts("ann")
    of(staffed, "ann")
    staffed.decide(Regroup(user_id="ann"))
    assert staffed.on("c1") == "ann charging"
    staffed.stops("t1")
    assert staffed.starts("ann", "t2").tag_status == "Accepted"


@pytest.mark.parametrize("accepted", [False, True])
def test_a_held_charger_that_is_not_open_any_more_costs_nothing(staffed: Yard, accepted: bool):
    staffed.join("bob", "cid", "ann")
    if accepted:
        staffed.accept("ann")
    of(staffed, "ann")
    staffed.decide(Regroup(user_id="ann"))
    assert (staffed.on("c1"), staffed.places()) == ("", ["ann", "cid"])
    assert staffed.record(1).end_reason is EndReason.WITHDRAWN
    assert ("ann", Message.FRONT) in staffed.messages()


def test_a_hold_is_not_given_back_where_the_charger_is_closed_by_now(staffed: Yard):
    staffed.join("bob", "cid", "ann")
    staffed.accept("ann")
    in_time = staffed.now
    staffed.wait_s(901)
    of(staffed, "ann")
    staffed.decide(Regroup(user_id="ann"))
    assert staffed.charger("c1").last_hold is not None
    answer = staffed.starts("ann", received_at=in_time)
    assert (answer.tag_status, answer.reason, staffed.on("c1")) == ("Blocked", "no_access", "")


def test_a_reservation_of_it_ends(staffed: Yard):
    staffed.decide(Reserve(user_id="ann", charger_id="c1"))
    staffed.decide(PutCharger(charger_id="c1", groups=("fleet",)))
    assert (staffed.on("c1"), staffed.standing("ann")) == ("", Standing.NONE)
    assert staffed.people["ann"].place is None


def test_who_waits_for_nothing_any_more_is_told(staffed: Yard):
    staffed.join("bob", "cid")
    staffed.decide(PutCharger(charger_id="c2", groups=("staff",)))
    assert staffed.places() == []
    assert (staffed.on("c2"), {one for one, what in staffed.messages() if what is Message.REMOVED}) == (
        "",
        {"bob", "cid"},
    )
    assert staffed.people["cid"].place is None
    assert staffed.people["cid"].record.ask_day is None


def test_who_comes_into_a_group_while_waiting_is_called(staffed: Yard):
    staffed.join("bob", "cid")
    of(staffed, "cid", "staff")
    staffed.decide(Regroup(user_id="cid"))
    assert staffed.on("c1") == "cid offered"


def test_who_stands_nowhere_here_changes_nothing_by_another_group(staffed: Yard):
    staffed.driver("eve")
    assert not staffed.decide(Regroup(user_id="eve")).changed
    assert staffed.decide(Regroup(user_id="nobody")).answers[0].outcome == "repeat"


# --- matching

GROUPS = ("a", "b", "c")
some_groups = st.sets(st.sampled_from(GROUPS), max_size=2).map(lambda found: tuple(sorted(found)))


def entry(number: int, groups: tuple[str, ...]) -> Entry:
    member = Member(user_id=f"u{number}", username=f"u{number}", groups=groups)
    score = Score(value=0.0, joined_min=0.0, shift_min=0.0)
    return Entry(entry_id=number, member=member, joined_at=START, score=score)


def can_all_be_given(site: Site, chargers: list[Charger], entries: list[Entry]) -> bool:
    return any(
        all(open_to(site, charger, one.member.groups) for charger, one in zip(chosen, entries, strict=True))
        for chosen in permutations(chargers, len(entries))
    )


@given(st.lists(some_groups, max_size=4), st.lists(some_groups, max_size=5), some_groups)
def test_nobody_gets_what_is_closed_and_the_first_go_first(chargers_for, waiting_in, location):
    """Against all ways to give them: each in turn gets one if that takes none from anybody before."""
    site = Site(location_id="yard", settings=Settings(groups=location))
    chargers = [Charger(charger_id=f"c{number}", groups=groups) for number, groups in enumerate(chargers_for)]
    waiting = [entry(number, groups) for number, groups in enumerate(waiting_in)]
    given_to = matched(site, iter(chargers), waiting, restricted=True)
    assert all(open_to(site, charger, one.member.groups) for charger, one in given_to)
    assert [charger.charger_id for charger, _ in given_to] == sorted({charger.charger_id for charger, _ in given_to})
    lucky: list[Entry] = []
    for one in waiting:
        if len(lucky) < len(chargers) and can_all_be_given(site, chargers, [*lucky, one]):
            lucky.append(one)
    assert sorted(one.entry_id for _, one in given_to) == [one.entry_id for one in lucky]


@given(st.integers(0, 6), st.integers(0, 6))
def test_where_all_is_open_the_order_is_that_of_the_queue(free: int, waits: int):
    site = Site(location_id="yard")
    chargers = [Charger(charger_id=f"c{number}") for number in range(free)]
    waiting = [entry(number, ()) for number in range(waits)]
    asked = iter(chargers)
    plain = matched(site, asked, waiting, restricted=False)
    assert plain == matched(site, chargers, waiting, restricted=True)
    assert len(list(asked)) == max(0, free - waits)  # no more was looked at than needed

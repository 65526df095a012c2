"""One transaction per decision: what is read, what is written, and what is not."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from model import paths
from model.account import Place
from model.charger import Phase
from model.decision import Actor
from model.documents import to_document, to_json
from model.errors import Conflict, NotFound
from model.site import Site
from scheduling.inputs import Input, Join, PutLocation, Tick
from scheduling.outcome import Decided, Need, State
from services.idempotency import Answer, Replayed, once_for
from services.sites.cache import SiteCache
from services.sites.desk import Desk
from services.sites.offered import offer_of
from tests.fakes.site_world import ADMIN, DRIVER, YARD


def test_the_first_put_creates_the_location_and_its_record_keeps_the_site(world):
    site = world.location(chargers=0)
    assert site.version == 1
    first = world.decision(1)
    assert first.site is not None
    assert first.actor == ADMIN
    assert first.site_sha256 == hashlib.sha256(to_json(world.site())).hexdigest()


def test_nothing_but_a_put_finds_an_absent_location(world):
    for location_id in ("nowhere", "no such place", "", "x" * 500, "\ud800", "a:b"):
        with pytest.raises(NotFound):
            world.desk.decide(location_id, [Join(user_id="u")], DRIVER)


def test_joining_a_free_charger_is_one_decision_with_an_offer(world):
    world.location()
    ann = world.driver("ann")
    before = world.site().version
    decided = world.services.queueing.join(YARD, ann.user_id, DRIVER)
    offer = offer_of(decided.site, ann.user_id)
    assert offer is not None
    assert (offer.charger_id, offer.session_id, offer.state) == ("c1", 1, Phase.OFFERED)
    assert decided.site.version == before + 1 == world.site().version
    assert world.user(ann).place == Place(location_id=YARD, entry_id=1)
    assert world.services.sites.session(YARD, "C1", 1).user_id == ann.user_id


def test_a_decision_costs_at_most_four_reads_and_eight_writes(world):
    world.location()
    ann, bob = world.driver("ann"), world.driver("bob")
    queueing = world.services.queueing
    for what in (
        lambda: queueing.join(YARD, ann.user_id, DRIVER),
        lambda: queueing.join(YARD, bob.user_id, DRIVER),
        lambda: queueing.answer_offer(YARD, ann.user_id, "accept", DRIVER),
        lambda: queueing.leave(YARD, ann.user_id, DRIVER),
        lambda: queueing.answer_offer(YARD, bob.user_id, "decline", DRIVER),
    ):
        with world.store.measure() as count:
            what()
            world.nudged()
        assert count.reads <= 4, count
        assert count.writes <= 8, count


def test_a_refused_request_changes_nothing(world):
    world.location()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    with world.store.measure() as count, pytest.raises(Conflict):
        world.services.queueing.join(YARD, ann.user_id, DRIVER)
    assert count.writes == 0


def test_a_report_that_changes_nothing_ends_after_a_read(world):
    world.location()
    version = world.site().version
    with world.store.measure() as count:
        assert not world.desk.decide(YARD, [Tick()], ADMIN).changed
    assert (count.reads, count.writes) == (1, 0)
    assert world.site().version == version


def test_a_place_alive_elsewhere_is_seen_in_the_same_transaction(world):
    world.location()
    world.location("meadow")
    ann = world.driver("ann")
    world.services.queueing.join("meadow", ann.user_id, DRIVER)
    with world.store.measure() as count, pytest.raises(Conflict, match="another location"):
        world.services.queueing.join(YARD, ann.user_id, DRIVER)
    assert count.reads == 3
    world.services.queueing.leave("meadow", ann.user_id, DRIVER)
    assert offer_of(world.services.queueing.join(YARD, ann.user_id, DRIVER).site, ann.user_id)


def test_a_stale_place_elsewhere_is_no_place(world):
    world.location()
    world.location("meadow")
    ann = world.driver("ann", place=Place(location_id="meadow", entry_id=99))
    assert world.services.queueing.join(YARD, ann.user_id, DRIVER).changed


def test_fields_of_a_user_that_this_program_does_not_know_survive_a_decision(world):
    world.location()
    ann = world.driver("ann")
    world.store.put(paths.user(ann.user_id), {**to_document(ann), "from_the_future": 1})
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    document = world.store.get(paths.user(ann.user_id))
    assert document is not None
    assert document.data["from_the_future"] == 1
    assert document.data["place"] == {"location_id": YARD, "entry_id": 1}


def test_a_repeat_with_its_key_is_answered_as_before_and_decides_nothing(world):
    world.location()
    ann = world.driver("ann")

    def render(decided: Decided) -> Answer:
        return Answer(201, str(decided.site.version))

    once = once_for(ann.user_id, "POST", "/queue", "key", b"{}", render)
    version = world.services.queueing.join(YARD, ann.user_id, DRIVER, once=once).site.version
    with pytest.raises(Replayed) as replayed:
        world.services.queueing.join(YARD, ann.user_id, DRIVER, once=once)
    assert replayed.value.answer == Answer(201, str(version))
    assert world.site().version == version


def test_the_bus_hears_of_a_decision_once_and_may_fail(world):
    world.location()
    ann = world.driver("ann")
    world.bus.decisions.clear()
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    assert world.bus.decisions == [paths.decision(YARD, world.site().version)]
    world.services.queueing.leave(YARD, ann.user_id, DRIVER)
    world.bus.failing = True
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    assert world.decision(world.site().version).pending


def test_a_listener_that_fails_disturbs_nobody(world):
    heard: list[int] = []

    def fail(*_: Any) -> None:
        raise RuntimeError("listener")

    world.desk.listen(fail)
    world.desk.listen(lambda record, _site: heard.append(record.version))
    world.location(chargers=0)
    assert heard == [1]


def test_the_rules_are_asked_again_with_what_they_need_and_not_for_ever(world):
    asked: list[State] = []

    def rules(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
        asked.append(state)
        if "u-ann" not in state.people:
            raise Need(people=frozenset({"u-ann", "u-gone"}))
        if "c1:7" not in state.absent:
            raise Need(sessions=frozenset({("c1", 7)}))
        if "b1" not in state.bridges:
            raise Need(bridges=frozenset({"b1"}))
        return Decided(site=state.site, changed=False)

    world.location()
    world.driver("ann")
    desk = Desk(world.store, world.clock, world.bus, SiteCache(), rules=rules)
    desk.decide(YARD, [Tick()], ADMIN)
    assert asked[-1].absent == {"u-gone", "c1:7"}
    assert asked[-1].bridges == {"b1": None}
    assert len(asked) == 4

    def stubborn(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
        raise Need(people=frozenset({"u-ann"}))

    desk = Desk(world.store, world.clock, world.bus, SiteCache(), rules=stubborn)
    with pytest.raises(RuntimeError, match="asked again"):
        desk.decide(YARD, [Tick()], ADMIN)


def test_a_clock_a_little_behind_does_not_turn_the_sites_time_back(world):
    world.location()
    ann = world.driver("ann")
    decided_at = world.site().decided_at
    world.clock.advance(seconds=-2)
    assert world.services.queueing.join(YARD, ann.user_id, DRIVER).site.decided_at == decided_at


def test_guard_sees_the_site_and_may_refuse(world):
    world.location()
    seen: list[Site] = []

    def guard(site: Site) -> None:
        seen.append(site)
        raise Conflict("no", "no")

    with pytest.raises(Conflict):
        world.desk.decide(YARD, [PutLocation(name="x")], Actor(kind="admin"), guard=guard)
    assert seen[0].name == "Yard"
    assert world.site().name == "Yard"

"""Events posted together: one decision where it can be, and the rules are asked once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from model.charger import EndReason
from scheduling.decide import decide
from scheduling.inputs import Input
from scheduling.outcome import Decided, State
from services.site_services import site_services
from services.sites.replay import replay
from tests.fakes.site_world import ADMIN, YARD, World


@pytest.fixture
def yard(world: World) -> World:
    """Three chargers, and as many drivers who are nobody's guests."""
    world.location(chargers=3)
    world.charge_point("CP1")
    for number in (2, 3):
        world.services.registry.put(f"CP{number}", {"1": f"{YARD}:c{number}"}, ADMIN)
    world.ann, world.bob, world.cid = (world.driver(name) for name in ("ann", "bob", "cid"))
    world.nudged()
    return world


@pytest.fixture
def asked(yard: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many inputs the rules were asked about, each time they were."""
    calls: list[int] = []

    def counted(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
        calls.append(len(inputs))
        return decide(state, inputs, now)

    monkeypatch.setattr(yard.services.desk, "_rules", counted)
    return calls


def start(yard: World, number: int, tag: str) -> dict[str, Any]:
    return yard.event(
        f"CP{number}", "transaction_started", connector=1, transaction_id=f"t{number}", meter_start_wh=1000, tag=tag
    )


def reading(yard: World, number: int, register_wh: int) -> dict[str, Any]:
    sample = {"at": yard.clock.now(), "value": str(register_wh), "unit": "Wh"}
    return yard.event(f"CP{number}", "meter", connector=1, transaction_id=f"t{number}", samples=[sample])


def end(yard: World, number: int, tag: str) -> dict[str, Any]:
    return yard.event(
        f"CP{number}", "transaction_ended", transaction_id=f"t{number}", meter_stop_wh=3000, tag=tag,
        reason="EVDisconnected",
    )  # fmt: skip


def of_all(yard: World, make: Callable[[World, int, str], dict[str, Any]]) -> list[dict[str, Any]]:
    return [make(yard, number, user.tag) for number, user in enumerate((yard.ann, yard.bob, yard.cid), 1)]


def test_the_rules_are_asked_once_about_starts_and_once_about_ends(yard, asked):
    before = yard.site().version
    begun = yard.post(*of_all(yard, start)).results
    assert [one.tag_status for one in begun] == ["Accepted"] * 3
    assert asked == [3]
    ended = yard.post(*of_all(yard, end)).results
    assert [one.outcome for one in ended] == ["applied"] * 3
    assert asked == [3, 3]
    for number in (1, 2, 3):
        session = yard.services.sites.session(YARD, f"c{number}", 1)
        assert (session.energy_wh, session.end_reason) == (2000, EndReason.UNPLUGGED)
    assert yard.site().version == before + 2
    report = replay(yard.store, YARD)
    assert report.replayed > 0
    assert (report.different, report.missing) == ((), None)


def test_told_again_nothing_is_read_ahead(yard):
    starts, ends = of_all(yard, start), of_all(yard, end)
    yard.post(*starts)
    yard.post(*ends)
    with yard.store.measure() as count:
        again = yard.post(*ends).results
    assert {one.outcome for one in again} == {"repeat"}
    tags_and_users = 2 * len(ends)
    assert count.reads <= 1 + tags_and_users
    assert count.writes == 0


def test_starts_and_other_charge_points_readings_and_ends_are_one_decision(yard, asked):
    ann, bob = yard.ann, yard.bob
    yard.post(start(yard, 1, ann.tag))
    before = yard.site().version
    results = yard.post(reading(yard, 1, 2000), start(yard, 2, bob.tag), end(yard, 1, ann.tag)).results
    assert [one.outcome for one in results] == ["applied"] * 3
    assert asked[1:] == [2]
    assert yard.site().version == before + 1
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 2000
    assert replay(yard.store, YARD).different == ()


def test_readings_that_follow_a_start_in_the_same_post_belong_to_its_session(yard):
    ann, bob = yard.ann, yard.bob
    before = yard.site().version
    results = yard.post(start(yard, 1, ann.tag), start(yard, 2, bob.tag), reading(yard, 1, 1500)).results
    assert [one.outcome for one in results] == ["applied"] * 3
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 500
    assert yard.services.sites.session(YARD, "c2", 1).energy_wh == 0
    assert yard.site().version == before + 2


def test_a_whole_charge_in_one_post_is_booked(yard):
    tag = yard.ann.tag
    results = yard.post(start(yard, 1, tag), reading(yard, 1, 2000), end(yard, 1, tag)).results
    assert [one.outcome for one in results] == ["applied"] * 3
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.end_reason) == (2000, EndReason.UNPLUGGED)


def test_readings_and_the_end_that_follows_them_are_one_transaction_and_one_write_of_the_session(yard, asked):
    yard.post(start(yard, 1, yard.ann.tag))
    yard.nudged()
    asked.clear()
    decided = yard.site().version
    first = reading(yard, 1, 1500)
    yard.clock.advance(seconds=10)
    with yard.store.measure() as count:
        yard.post(first, reading(yard, 1, 2000), end(yard, 1, yard.ann.tag))
    assert asked == [1]
    assert yard.site().version == decided + 1
    assert count.writes == 4  # the site, the session with its samples, the driver, the decision
    assert count.reads <= 4
    session = yard.services.sites.session(YARD, "c1", 1)
    assert (session.energy_wh, session.end_reason) == (2000, EndReason.UNPLUGGED)
    assert read_back(yard, 1) == [1500, 2000]
    assert replay(yard.store, YARD).different == ()


def test_readings_told_again_with_an_end_write_nothing(yard):
    events = [start(yard, 1, yard.ann.tag), reading(yard, 1, 1500), end(yard, 1, yard.ann.tag)]
    yard.post(events[0])
    yard.post(*events[1:])
    with yard.store.measure() as count:
        again = yard.post(*events[1:])
    assert [one.outcome for one in again.results] == ["applied", "repeat"]
    assert count.writes == 0
    assert read_back(yard, 1) == [1500]


def test_readings_are_kept_where_what_came_with_them_changes_nothing(yard):
    yard.post(start(yard, 1, yard.ann.tag))
    ended = end(yard, 2, yard.bob.tag)
    yard.post(ended)
    version = yard.site().version
    again = yard.post(reading(yard, 1, 1500), ended)
    assert [one.outcome for one in again.results] == ["applied", "repeat"]
    assert yard.site().version == version
    assert read_back(yard, 1) == [1500]
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 500


def test_an_event_at_which_the_program_fails_takes_no_reading_with_it(yard, monkeypatch):
    yard.post(start(yard, 1, yard.ann.tag), start(yard, 2, yard.bob.tag))

    def fails(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
        if any(getattr(one, "transaction_id", "") == "t2" for one in inputs):
            raise ZeroDivisionError
        return decide(state, inputs, now)

    monkeypatch.setattr(yard.services.desk, "_rules", fails)
    told = yard.post(reading(yard, 1, 1500), end(yard, 2, yard.bob.tag), end(yard, 1, yard.ann.tag))
    assert [one.reason for one in told.results] == ["", "failed", ""]
    assert [one.outcome for one in told.results] == ["applied", "noted", "applied"]
    assert read_back(yard, 1) == [1500]
    assert yard.services.sites.session(YARD, "c1", 1).energy_wh == 2000


def test_readings_of_a_charge_point_that_has_moved_find_its_transaction(yard):
    yard.location("field", chargers=1)
    yard.services.registry.cached("CP2")
    elsewhere = site_services(yard.store, yard.clock, yard.randomness, yard.bus)  # Another process.
    elsewhere.registry.put("CP2", {"1": "field:c1"}, ADMIN)
    begun = yard.post(start(yard, 2, yard.bob.tag), reading(yard, 2, 1500))
    assert [one.outcome for one in begun.results] == ["applied", "applied"]
    assert yard.services.sites.session("field", "c1", 1).energy_wh == 500


def read_back(yard: World, number: int) -> list[int]:
    """The registers kept with the first session of a charger."""
    [values] = yard.services.measurements.samples(YARD, f"c{number}", 1).values()
    return [milli // 1000 for _, milli in sorted(values.items())]


def test_the_rules_are_asked_once_about_a_car_that_leaves(yard, asked):
    yard.post(start(yard, 1, yard.ann.tag), start(yard, 2, yard.bob.tag))
    yard.tell("CP2", "transaction_ended", transaction_id="t2", meter_stop_wh=3000, tag=yard.bob.tag)
    asked.clear()
    ended = yard.event("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=3000, tag=yard.ann.tag)
    free = [yard.event(f"CP{number}", "status", connector=1, status="available") for number in (1, 2)]
    yard.post(ended, *free)
    assert asked == [3]
    assert [yard.services.sites.session(YARD, f"c{number}", 1).end_reason for number in (1, 2)] == ["unplugged"] * 2


def nameless(yard: World, register_wh: int) -> dict[str, Any]:
    """A reading that names no transaction."""
    sample = {"at": yard.clock.now(), "value": str(register_wh), "unit": "Wh"}
    return yard.event("CP1", "meter", connector=1, samples=[sample])


def test_a_reading_without_transaction_is_that_of_the_charge_another_process_let_begin(yard):
    """This process has looked at the charger a moment ago, when the charge before still ran."""
    other = site_services(yard.store, yard.clock, yard.randomness, yard.bus)
    yard.post(start(yard, 1, yard.ann.tag))
    yard.post(nameless(yard, 1500))
    yard.clock.advance(seconds=10)
    begun = {**start(yard, 1, yard.bob.tag), "transaction_id": "t9", "meter_start_wh": 3000}
    other.events.post("b1", "s1", [end(yard, 1, yard.ann.tag), begun])
    yard.clock.advance(seconds=10)
    with yard.store.measure() as count:
        [answer] = yard.post(nameless(yard, 4000)).results
    assert answer.outcome == "applied"
    assert count.reads <= 3  # the old session, the site anew, the session
    sessions = [yard.services.sites.session(YARD, "c1", number) for number in (1, 2)]
    assert [session.energy_wh for session in sessions] == [2000, 1000]
    assert sessions[0].ended_at is not None
    with yard.store.measure() as count:
        yard.post(nameless(yard, 4500))
    assert count.reads == 1


def test_readings_of_a_charge_that_outlives_its_session_are_kept_with_it(yard):
    """An admin ended the session; the charge point goes on until it is stopped."""
    yard.post(start(yard, 1, yard.ann.tag))
    yard.services.charging.end_session(YARD, "c1", "admin", ADMIN)
    yard.clock.advance(seconds=40)
    [answer] = yard.post(reading(yard, 1, 2500)).results
    assert answer.outcome == "applied"
    [again] = yard.post(reading(yard, 1, 2500)).results
    assert again.outcome == "applied"

"""Functions: a Pub/Sub message becomes one service call; what is no good neither loops nor stops anything."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.check_books import check_books
from functions.message import message_of
from functions.refresh_tokens import refresh_tokens
from functions.reset_queues import reset_queues
from functions.run import run
from functions.summarise import summarise
from functions.sweep_outbox import EffectsFailed, sweep_outbox
from functions.tick import tick
from model import paths
from model.export import ExportStatus, Format, Wanted, What
from services.background import Jobs, jobs
from services.site_services import site_services
from tests.fakes.bus import FakeBus
from tests.fakes.site_world import DRIVER, YARD, World
from wire.commands import Hold


@dataclass
class Event:
    data: Any


def message(world: World, body: Any = None, *, age_s: float = 0) -> Event:
    """What Pub/Sub pushes."""
    published = (world.clock.now() - timedelta(seconds=age_s)).isoformat().replace("+00:00", "Z")
    text = "" if body is None else base64.b64encode(json.dumps(body).encode()).decode()
    return Event({"message": {"data": text, "messageId": "m1", "publishTime": published}, "subscription": "s"})


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.ann, world.bob = world.driver("ann"), world.driver("bob")
    return world


@pytest.fixture
def work(yard: World) -> Jobs:
    return jobs(yard.store, yard.clock, yard.notifier, yard.bus, yard.services)


def offered(world: World) -> str:
    """The path of the decision that offered the charger to Ann; nothing of it is sent."""
    world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
    return paths.decision(YARD, world.site().version)


def test_a_tick_lets_an_offer_lapse(yard, work):
    offered(yard)
    yard.clock.advance(seconds=601)
    run("tick", tick, message(yard), work)
    assert yard.site().queue[0].snoozed_until is not None


def test_an_outdated_tick_does_nothing_and_is_not_delivered_again(yard, work):
    with yard.store.measure() as count:
        run("tick", tick, message(yard, age_s=121), work)
    assert count.reads == 0


def test_a_tick_carries_out_what_was_left_behind(yard, work):
    path = offered(yard)
    yard.clock.advance(seconds=61)
    run("tick", tick, message(yard), work)
    assert yard.decision(yard.site().version).pending_since is None
    assert "pending_since" not in yard.store.get(path).data


def test_a_decision_is_carried_out_and_once_only_if_told_twice(yard, work):
    path = offered(yard)
    for _ in range(2):
        run("sweep_outbox", sweep_outbox, message(yard, {"path": path}), work)
    assert [sent.kind for sent in yard.notifier.sent] == ["offered"]


def test_a_decision_whose_effects_fail_is_delivered_again_and_later_left_to_the_tick(yard, work):
    path = offered(yard)
    yard.notifier.failing = True
    with pytest.raises(EffectsFailed, match=path):
        run("sweep_outbox", sweep_outbox, message(yard, {"path": path}, age_s=59), work)
    run("sweep_outbox", sweep_outbox, message(yard, {"path": path}, age_s=61), work)
    yard.notifier.failing = False
    yard.clock.advance(seconds=61)
    run("sweep_outbox", sweep_outbox, message(yard), work)
    assert [sent.kind for sent in yard.notifier.sent] == ["offered"]


def test_a_hold_decided_elsewhere_a_moment_ago_is_sent_whatever_this_process_remembers(yard):
    yard.charge_point()
    elsewhere = site_services(yard.store, yard.clock, yard.randomness, yard.bus)
    work = jobs(yard.store, yard.clock, yard.notifier, yard.bus, elsewhere)
    elsewhere.sites.get(YARD)
    path = offered(yard)
    run("sweep_outbox", sweep_outbox, message(yard, {"path": path}), work)
    assert [type(command) for _, command in yard.bus.commands] == [Hold]


def test_midnight_by_both_functions_resets_once(yard, work):
    offered(yard)
    yard.services.queueing.join(YARD, yard.bob.user_id, DRIVER)
    yard.clock.advance(hours=15)
    run("reset_queues", reset_queues, message(yard), work)
    assert yard.bob.user_id not in {entry.member.user_id for entry in yard.site().queue}
    version = yard.site().version
    run("tick", tick, message(yard), work)
    assert yard.site().version == version


def test_what_is_past_is_removed(yard, work):
    yard.store.put(f"{paths.TOKENS}/past", {"expires_at": yard.clock.now()})
    run("refresh_tokens", refresh_tokens, message(yard), work)
    assert yard.store.get(f"{paths.TOKENS}/past") is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        {},
        {"message": None},
        {"message": {}},
        {"message": {"data": "not base64!"}},
        {"message": {"data": 5}},
        {"message": {"data": base64.b64encode(b"not json").decode()}},
        {"message": {"data": base64.b64encode(b"[1]").decode()}},
        {"message": {"data": base64.b64encode(b"[" * 100_000).decode()}},
        {"message": {"publishTime": "yesterday"}},
        {"message": {"publishTime": "2026-03-02T08:00:00"}},
    ],
)
def test_a_message_that_is_none_is_an_empty_one(data):
    read = message_of(Event(data))
    assert (read.body, read.published_at) == ({}, None)


NO_PATHS = ("", "/", "../x", "meta/store", "users/x", "x" * 2000, "locations/../decisions/1")
NO_DECISIONS = ("locations/bA/sessions/1", "locations/bA/decisions/\n1", "locations/\ud800/decisions/1")


@pytest.mark.parametrize("path", [5, None, ["x"], {"a": 1}, *NO_PATHS, *NO_DECISIONS])
def test_a_path_that_is_none_carries_nothing_out_and_ends(yard, work, path):
    offered(yard)
    run("sweep_outbox", sweep_outbox, message(yard, {"path": path}), work)
    assert yard.notifier.sent == []


class FlushedBus(FakeBus):
    flushed = False

    def flush(self, within_s: float) -> None:
        self.flushed = True


def test_the_bus_is_flushed_before_a_function_ends_also_when_it_fails(yard):
    bus = FlushedBus()
    work = jobs(yard.store, yard.clock, yard.notifier, bus, yard.services)
    with pytest.raises(EffectsFailed):
        run("sweep_outbox", _fails, message(yard), work)
    assert bus.flushed


def _fails(_message, _jobs):
    raise EffectsFailed("told to")


@pytest.mark.parametrize(("hour", "wrong"), [(3, 1), (2, 0), (15, 0)])
def test_books_are_checked_once_a_night(yard, work, hour, wrong):
    yard.driver("eve", balance=5)  # without a ledger
    yard.clock.advance(hours=(hour - yard.clock.now().hour) % 24)
    assert check_books(message_of(message(yard)), work) == wrong


def test_what_happened_is_summarised_once(yard, work):
    offered(yard)
    assert summarise(message_of(message(yard)), work) == 2, "decisions folded in, and a day counted"
    assert summarise(message_of(message(yard)), work) == 0
    [day] = yard.services.reports.day(yard.clock.now().date(), YARD)
    assert day.as_of == yard.clock.now()


@pytest.mark.parametrize(("minute", "is_made"), [(5, True), (6, False), (0, True)])
def test_exports_are_made_every_five_minutes(yard, work, minute, is_made):
    now = yard.clock.now()
    wanted = Wanted(what=What.SESSIONS, format=Format.CSV, location_id=YARD, since=now - timedelta(days=1), until=now)
    asked = yard.services.exports.jobs.ask(wanted, yard.ann.user_id)
    yard.clock.advance(minutes=(minute - now.minute) % 60)
    run("tick", tick, message(yard), work)
    assert (yard.services.exports.jobs.get(asked.export_id).status is ExportStatus.DONE) is is_made

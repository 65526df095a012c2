"""The log run again comes to every site that followed; a changed rule or record is found out."""

import contextlib
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from model import paths
from model.account import User
from model.errors import KilowaitError
from model.settings import Settings
from scheduling.decide import decide
from scheduling.inputs import Input
from scheduling.outcome import Decided, State
from services.sites.decision_document import decision_document
from services.sites.replay import replay
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World

SETTINGS = Settings(response_s=60, plug_in_s=90, grace_s=30, silence_snooze_s=60)


def live_a_while(world: World, seed: int, steps: int) -> None:
    """Drivers join, leave, answer, plug, charge, unplug; time passes; nights among it."""
    chance = random.Random(seed)
    world.location(chargers=2, settings=SETTINGS)
    world.charge_point(connectors=2)
    users = [world.driver(name) for name in ("ann", "bob", "cid", "dee", "eve")]
    for step in range(steps):
        with contextlib.suppress(KilowaitError):
            act(world, chance.choice(users), chance.randint(1, 2), step, chance)
        world.nudged()
        world.clock.advance(seconds=30_000 if step % 25 == 24 else chance.choice([1, 5, 20, 70, 300]))


def act(world: World, user: User, connector: int, step: int, chance: random.Random) -> None:
    queueing = world.services.queueing
    running = world.charger(connector).transaction
    match chance.randint(0, 9):
        case 0 | 1 | 2:
            queueing.join(YARD, user.user_id, DRIVER)
        case 3:
            queueing.leave(YARD, user.user_id, DRIVER)
        case 4:
            queueing.answer_offer(YARD, user.user_id, chance.choice(["accept", "snooze"]), DRIVER, minutes=1)
        case 5:
            world.services.charging.end_session(YARD, f"c{connector}", "admin", ADMIN)
        case 6 | 7 if running is None:
            world.starts(user.tag, f"t{step}", connector=connector)
        case 6 | 7 if running is not None:
            world.tell("CP1", "transaction_ended", transaction_id=running.transaction_id, meter_stop_wh=9000)
        case 8:
            world.tell("CP1", "status", connector=connector, status=chance.choice(["available", "finishing"]))
        case _:
            world.background.timers.tick()


@pytest.mark.parametrize("seed", range(6))
def test_a_random_story_replays_to_the_same_sites(world, seed):
    live_a_while(world, seed, 120)
    report = replay(world.store, YARD)
    assert report.start == 1
    assert report.replayed == world.site().version - 1 > 40
    assert report.different == ()
    assert report.missing is None


def test_a_replay_starts_at_any_kept_site(world):
    live_a_while(world, 1, 120)
    kept = [v for v in range(2, world.site().version + 1) if world.decision(v).site is not None]
    assert kept
    report = replay(world.store, YARD, from_version=kept[0] - 1)
    assert report.start == kept[0]
    assert report.different == ()
    assert report.replayed == world.site().version - kept[0]


def test_a_changed_rule_is_found_out(world):
    live_a_while(world, 2, 40)

    def other(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
        decided = decide(state, inputs, now)
        return replace(decided, site=replace(decided.site, notes="tampered"))

    report = replay(world.store, YARD, rules=other)
    assert report.different[0] == 2


def test_a_tampered_record_and_a_hole_are_found_out(world):
    live_a_while(world, 3, 40)
    last = world.site().version
    spoilt = replace(world.decision(last), site_sha256="0" * 64)
    world.store.put(paths.decision(YARD, last), decision_document(spoilt))
    assert replay(world.store, YARD).different == (last,)
    world.store.delete(paths.decision(YARD, last - 3))
    assert replay(world.store, YARD).missing == last - 3


def test_a_record_that_the_rules_refuse_is_found_out(world):
    world.location()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    last = world.site().version
    joined = world.decision(last)
    for spoilt in (replace(joined, people={}), replace(joined, inputs=[{"kind": "Leave", "user_id": ann.user_id}])):
        world.store.put(paths.decision(YARD, last), decision_document(spoilt))
        assert replay(world.store, YARD).different == (last,)

"""The minute job: due sites, one failing among others, the reset, and what is past its time."""

from datetime import timedelta

import pytest

from model import paths
from model.charger import EndReason, Phase
from model.settings import Settings
from scheduling.inputs import PutLocation
from services.timers.cleaning import EXPIRING, clean
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.ann, world.bob = world.driver("ann"), world.driver("bob")
    return world


def test_when_nothing_is_due_a_tick_is_one_read(yard):
    with yard.store.measure() as count:
        assert yard.background.timers.tick_sites() == 0
    assert (count.reads, count.writes) == (1, 0)
    yard.nudged()
    with yard.store.measure() as count:
        yard.background.timers.tick()
    assert (count.reads, count.writes) == (3, 0)  # sites, units, outbox


def test_an_offer_nobody_answers_lapses_and_the_next_is_asked(yard):
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.services.queueing.join(YARD, yard.bob.user_id, DRIVER)
    yard.clock.advance(seconds=601)
    assert yard.background.timers.tick() == 1
    assert yard.charger().session.entry.member.user_id == yard.bob.user_id
    assert ("u-bob", "offered") in yard.told()


@pytest.mark.parametrize("reached", [True, False])
def test_a_start_that_a_dead_bridge_took_or_could_not_take_is_told_to_its_driver_once(yard, reached):
    yard.charge_point()
    yard.bus.failing = not reached
    yard.services.charging.start_charging(YARD, "c1", yard.ann.user_id, DRIVER)
    assert "start_failed" not in [kind for _, kind in yard.told()]
    told: list[tuple[str, str]] = []
    for _ in range(6):
        yard.clock.advance(seconds=60)
        yard.background.timers.tick()
        told += yard.told()
    assert [who for who, kind in told if kind == "start_failed"] == ["u-ann"]
    assert yard.charger().session is None
    assert yard.user(yard.ann).place is None


def test_one_failing_location_stops_no_other(yard):
    yard.location("meadow")
    for location_id, user in ((YARD, yard.ann), ("meadow", yard.bob)):
        yard.services.queueing.join(location_id, user.user_id, DRIVER)
    body = yard.store.get(paths.location("meadow")).data
    yard.store.put(paths.location("meadow"), {**body, "body": b"\x01broken"})
    yard.clock.advance(seconds=601)
    assert yard.background.timers.tick() == 2
    assert yard.site().queue[0].snoozed_until is not None


def test_the_reset_at_local_midnight_empties_the_queue_once(yard):
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.services.queueing.join(YARD, yard.bob.user_id, DRIVER)
    yard.services.queueing.answer_offer(YARD, yard.ann.user_id, "accept", DRIVER)
    yard.services.keeping.put_location(YARD, PutLocation(settings=Settings(plug_in_s=10**6)), ADMIN)
    yard.services.queueing.leave(YARD, yard.ann.user_id, DRIVER)
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.told()
    midnight = yard.site().next_due_at
    yard.clock.advance(hours=15)  # 23:00 UTC is midnight in Vienna in March
    assert yard.clock.now() >= midnight
    with yard.store.measure() as count:
        yard.background.timers.tick_sites()
    assert count.writes <= 8
    version = yard.site().version
    assert yard.decision(version).site is not None
    assert yard.background.timers.tick_sites() == 0
    assert yard.site().version == version


def test_a_hold_outlives_its_deadline_while_its_bridge_is_silent(yard):
    yard.charge_point()
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.services.queueing.answer_offer(YARD, yard.ann.user_id, "accept", DRIVER)
    yard.clock.advance(seconds=901)
    yard.background.timers.tick()
    assert yard.charger().session.phase is Phase.HELD
    yard.post()  # the bridge is heard again
    yard.background.timers.tick()
    assert yard.services.sites.session(YARD, "c1", 1).end_reason is EndReason.NO_SHOW


def test_cleaning_deletes_what_is_past_and_nothing_else(yard):
    now = yard.clock.now()
    for collection in (paths.TOKENS, paths.IDEMPOTENCY, paths.LOCKOUTS, "noted"):
        yard.store.put(f"{collection}/past", {"expires_at": now})
        yard.store.put(f"{collection}/future", {"expires_at": now + timedelta(seconds=1)})
        yard.store.put(f"{collection}/fixed", {"expires_at": None})
    assert clean(yard.store, now) == 4
    with yard.store.measure() as count:
        assert clean(yard.store, now) == 0
    assert (count.reads, count.deletes) == (len(EXPIRING) + 2, 0)
    last = yard.site().version
    assert clean(yard.store, now + timedelta(days=401)) == 4 + last
    assert yard.store.get(paths.decision(YARD, 1)) is None
    assert yard.store.get("tokens/fixed") is not None


def test_cleaning_goes_page_by_page(yard):
    now = yard.clock.now()
    for number in range(450):
        yard.inner.put(f"tokens/{number}", {"expires_at": now})
    assert clean(yard.store, now) == 450

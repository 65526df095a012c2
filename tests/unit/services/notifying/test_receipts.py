"""What drivers have seen: one write an offer, nobody else's message, and no second channel for what was seen."""

import pytest

from model import paths
from model.errors import NotFound
from model.settings import settings_of_new
from services.notifying.receipts import MOST_REMEMBERED, Receipts
from tests.fakes.site_world import DRIVER, YARD, World


@pytest.fixture
def world() -> World:
    """Ann is offered the only charger; the message is sent."""
    made = World()
    made.location(settings=settings_of_new())
    made.ann = made.driver("ann")
    made.services.queueing.join(YARD, made.ann.user_id, DRIVER)
    made.nudged()
    return made


def message_id(world: World) -> str:
    return next(one.message_id for one in world.notifier.sent if one.kind == "offered")


def tick(world: World) -> None:
    world.background.timers.tick_sites()
    world.nudged()


def offers(world: World) -> list[bool]:
    return [one.again for one in world.notifier.sent if one.kind == "offered"]


def test_an_offer_nobody_saw_goes_out_again_with_its_id(world: World):
    world.clock.advance(seconds=200)
    tick(world)
    assert offers(world) == [False, True]
    assert {one.message_id for one in world.notifier.sent} == {message_id(world)}
    world.clock.advance(seconds=100)
    tick(world)
    assert len(offers(world)) == 2


def test_an_offer_that_was_seen_does_not(world: World):
    with world.store.measure() as count:
        world.services.receipts.see(message_id(world), "u-ann")
    assert (count.reads, count.writes) == (1, 1)
    world.clock.advance(seconds=200)
    tick(world)
    assert offers(world) == [False]


def test_opening_the_offer_counts_and_is_written_once(world: World):
    with world.store.measure() as count:
        for _ in range(5):
            world.services.receipts.opened("YARD", "C1", 1)
    assert (count.reads, count.writes) == (0, 1)
    world.clock.advance(seconds=200)
    tick(world)
    assert offers(world) == [False]


def test_an_offer_answered_just_before_its_message_goes_out_is_not_sent_again(world: World):
    world.clock.advance(seconds=200)
    world.background.timers.tick_sites()
    world.services.queueing.answer_offer(YARD, "u-ann", "accept", DRIVER)
    world.nudged()
    assert offers(world) == [False]


@pytest.mark.parametrize(
    "text", ["yard:99:0", "none:1:0", "yard:3:9", "x", "", "yard:3", "yard:-1:0", f"yard:{10**15}:0", "yard:1:0"]
)
def test_a_message_that_is_none_is_not_there(world: World, text: str):
    with pytest.raises(NotFound):
        world.services.receipts.see(text, "u-ann")


def test_nobody_sees_anothers_message(world: World):
    with pytest.raises(NotFound):
        world.services.receipts.see(message_id(world), "u-bob")
    assert world.store.get(paths.receipt(YARD, "c1", 1)) is None


def test_receipts_are_deleted_when_no_offer_can_be_open_any_more(world: World):
    world.services.receipts.see_offer(YARD, "c1", 1)
    world.clock.advance(seconds=2 * 86_400)
    world.background.timers.clean()
    assert world.store.get(paths.receipt(YARD, "c1", 1)) is None


def test_a_process_remembers_only_so_many(world: World):
    receipts = Receipts(world.store, world.clock)
    for number in range(MOST_REMEMBERED + 1):
        receipts.see_offer(YARD, "c1", number)
    with world.store.measure() as count:
        receipts.see_offer(YARD, "c1", MOST_REMEMBERED)
        receipts.see_offer(YARD, "c1", 0)
    assert count.writes == 1

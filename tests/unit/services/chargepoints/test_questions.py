"""May this tag charge here: what a bridge is told before a start."""

from dataclasses import replace

import pytest

from model.errors import NotFound
from model.settings import UnknownTags
from scheduling.inputs import PutLocation
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD, World
from wire.questions import TagQuestion


@pytest.fixture
def yard(world: World) -> World:
    world.location(chargers=2)
    world.charge_point(connectors=2)
    world.ann, world.bob, world.cid = (world.driver(name) for name in ("ann", "bob", "cid"))
    return world


def ask(world: World, tag: str, connector: int | None = None) -> str:
    return world.services.questions.authorize("CP1", tag, connector).tag_status.value


def test_a_walk_up_is_welcome_while_nobody_waits(yard):
    assert ask(yard, yard.ann.tag) == "Accepted"
    reply = yard.services.questions.authorize("CP1", yard.ann.tag, 1)
    assert reply.parent_tag == yard.ann.tag


def test_only_the_holder_starts_a_held_connector(yard):
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    assert ask(yard, yard.ann.tag, 1) == "Accepted"
    assert ask(yard, yard.bob.tag, 1) == "Blocked"
    assert ask(yard, yard.bob.tag) == "Accepted"
    yard.services.queueing.join(YARD, yard.bob.user_id, DRIVER)
    yard.services.queueing.join(YARD, yard.cid.user_id, DRIVER)
    assert ask(yard, yard.cid.tag) == "Blocked"


def test_any_card_of_the_holder_opens_the_hold(yard):
    yard.tag("04AABBCC", yard.ann)
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    reply = yard.services.questions.authorize("CP1", "04aabbcc", 1)
    assert (reply.tag_status.value, reply.parent_tag) == ("Accepted", yard.ann.tag)


def test_unknown_tags_are_refused_or_walk_up_as_the_location_says(yard):
    assert ask(yard, "nobody") == "Invalid"
    settings = replace(SETTINGS, unknown_tags=UnknownTags.WALK_UP)
    yard.services.keeping.put_location(YARD, PutLocation(settings=settings), ADMIN)
    assert ask(yard, "nobody") == "Accepted"


def test_blocked_expired_and_placed_elsewhere(yard):
    yard.tag("blocked", yard.bob, active=False)
    yard.tag("expired", yard.bob, expires_at=yard.clock.now())
    assert ask(yard, "blocked") == "Blocked"
    assert ask(yard, "expired") == "Expired"
    yard.location("meadow")
    yard.services.queueing.join("meadow", yard.cid.user_id, DRIVER)
    assert ask(yard, yard.cid.tag) == "ConcurrentTx"


def test_who_charges_may_stop_and_not_start_again(yard):
    yard.starts(yard.ann.tag, "t1", connector=1)
    assert ask(yard, yard.ann.tag) == "Accepted"
    assert ask(yard, yard.ann.tag, 1) == "Accepted"
    assert ask(yard, yard.ann.tag, 2) == "ConcurrentTx"


def test_a_question_writes_nothing_and_reads_three_documents(yard):
    with yard.store.measure() as count:
        ask(yard, yard.ann.tag)
    assert (count.reads, count.writes) == (3, 0)


def test_what_is_not_known_is_not_found(yard):
    for charge_point_id, connector in (("CP9", None), ("CP1", 9)):
        with pytest.raises(NotFound):
            yard.services.questions.authorize(charge_point_id, yard.ann.tag, connector)
    assert ask(yard, "x" * 400) == "Invalid"


def test_questions_asked_together_are_answered_as_each_alone_and_read_their_site_once(yard):
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    asked = [
        TagQuestion(charge_point_id=charge_point_id, tag=tag, connector=connector)
        for charge_point_id, tag, connector in (
            ("CP1", yard.ann.tag, 1), ("CP1", yard.bob.tag, 1), ("CP9", yard.ann.tag, None),
            ("CP1", yard.ann.tag, 9), ("CP1", "nobody", None),
        )
    ]  # fmt: skip
    with yard.store.measure() as count:
        found = yard.services.questions.authorize_all(asked)
    assert [one and one.tag_status.value for one in found] == ["Accepted", "Blocked", None, None, "Invalid"]
    for question, verdict in zip(asked, found, strict=True):
        try:
            alone = yard.services.questions.authorize(question.charge_point_id, question.tag, question.connector)
        except NotFound:
            alone = None
        assert alone == verdict
    tags_and_users, unknown_points, sites = 4 + 1, 2 + 2, 1 + 1
    assert count.reads <= tags_and_users + unknown_points + sites


def test_of_a_card_that_is_nobodys_the_managers_hear_once_in_a_while_and_not_which(world):
    world.location()
    world.charge_point()
    world.told()
    for _ in range(3):
        assert world.services.questions.authorize("CP1", "card-of-a-stranger").reason == "unknown_tag"
    assert [kind for _, kind in world.told()] == ["alert.unknown_tag"]
    assert "card-of-a-stranger" not in repr(world.notifier.sent)
    world.clock.advance(minutes=16)
    world.services.questions.authorize("CP1", "card-of-a-stranger", 1)
    assert [kind for _, kind in world.told()] == ["alert.unknown_tag"]

"""Two drivers, one charger, real processes and a real WebSocket: from joining to the next offer."""

import pytest

from tests.e2e.box import Box
from tests.e2e.story import EXPECTED, Story, told
from tests.e2e.world import World, wait_for


@pytest.fixture
def story(lasting_world: World, request: pytest.FixtureRequest):
    world = lasting_world
    name = request.node.name.removeprefix("test_")
    site = world.site(name)
    first, second = world.driver(f"{name}-1"), world.driver(f"{name}-2")
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        yield Story(world=world, site=site, box=box, first=first, second=second)


def test_two_drivers_share_one_charger(story: Story):
    world, site, box = story.world, story.site, story.box

    story.join()
    assert (story.first.state, story.second.state) == ("assigned", "in_queue")
    assert world.charger(site)["state"] == "pre_session"
    story.accept()
    offer = story.first.offer(site.location_id)
    assert offer is not None
    assert offer["state"] == "held"
    story.reserved()

    # A stranger: nobody's card, and another driver's. The refusal that counts is the start's.
    for tag in ("NOBODYS-CARD", story.second.tag):
        assert box.authorize(tag) in {"Invalid", "Blocked"}
        refused_id, verdict = box.start_transaction(tag)
        assert verdict != "Accepted"
        box.stop_transaction(refused_id, tag, "DeAuthorized")
    assert story.first.offer(site.location_id) == offer, "the hold survives strangers"

    story.plug()
    story.authorize()
    story.start()
    wait_for(lambda: story.first.state == "connected_charging", why="the session runs")
    story.charge()
    assert story.second.state == "in_queue"
    story.suspend()
    story.full()
    story.stop()
    assert story.first.state == "connected_full", "until the plug is out"
    story.unplug()
    story.next_offer()

    story.check_end()
    first, second = story.first.me(), story.second.me()
    assert first["session_id"] is None
    assert second["charger_id"] == site.charger_id


def test_everybody_is_told_once_of_every_change(story: Story):
    for step in story.steps.values():
        step()
    wait_for(lambda: sorted(map(len, told(story).values())) == [1, 5], why=f"all were told: {told(story)}")
    messages = story.world.messages(story.site)
    ids = [message["message_id"] for message in messages]
    assert len(set(ids)) == len(ids)
    assert sorted(told(story).values()) == sorted(EXPECTED.values())

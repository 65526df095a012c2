"""The first story once more, on Google Cloud's engines: nothing above the ports knows the difference."""

import pytest

from tests.e2e.box import Box
from tests.e2e.cloud import CloudWorld
from tests.e2e.story import Story, all_told, told
from tests.e2e.world import wait_for


@pytest.fixture
def story(cloud_world: CloudWorld, request: pytest.FixtureRequest):
    world = cloud_world
    name = request.node.name.removeprefix("test_")
    site = world.site(name)
    first, second = world.driver(f"{name}-1"), world.driver(f"{name}-2")
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        yield Story(world=world, site=site, box=box, first=first, second=second)


@pytest.mark.timeout(300)
def test_two_drivers_share_one_charger_in_the_cloud(story: Story):
    for step in story.steps.values():
        step()
    story.check_end()
    wait_for(lambda: all_told(story), 30, f"told {told(story)}")
    ids = [message["message_id"] for message in story.world.messages(story.site)]
    assert len(set(ids)) == len(ids)

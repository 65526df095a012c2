"""The story in the cloud while the bridge, or the function that sends, is killed in the middle of a step."""

import random
from collections.abc import Callable

import pytest

from tests.e2e.cloud import CloudWorld
from tests.e2e.kill9 import kill_bridge, tell_and_kill
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)


def kill_sender(world: World) -> int:
    assert isinstance(world, CloudWorld)
    sender = world.functions["sweep_outbox"]
    world.kill9(sender)
    world.start(sender)
    return 1


@pytest.mark.parametrize(("at", "kill"), [("accept", kill_bridge), ("unplug", kill_sender)])
def test_the_story_ends_the_same_when_something_is_killed_at(
    cloud_world: CloudWorld, at: str, kill: Callable[[World], int]
):
    tell_and_kill(cloud_world, f"killed-at-{at}", at, kill, random.Random(at))

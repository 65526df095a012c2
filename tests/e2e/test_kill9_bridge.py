"""`kill -9` of the bridge in the middle of every step: the same story, nothing lost, nothing doubled."""

import random

import pytest

from tests.e2e.kill9 import kill_bridge, one_in, tell_and_kill
from tests.e2e.world import World


@pytest.mark.parametrize("at", one_in(2))
def test_the_story_ends_the_same_when_the_bridge_is_killed_in_the_middle_of(world: World, at: str):
    tell_and_kill(world, at, at, kill_bridge, random.Random(f"bridge {at}"))

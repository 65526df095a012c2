"""`kill -9` of the bridge while the API is down, in the middle of every step: nothing lost, nothing doubled."""

import random

import pytest

from tests.e2e.kill9 import STEPS, Kill, kill_api, kill_bridge, kill_bridge_while_the_api_is_down, one_in, tell_and_kill
from tests.e2e.samples import charge_and_kill
from tests.e2e.world import World

ANY: tuple[Kill, ...] = (kill_api, kill_bridge, kill_bridge_while_the_api_is_down)


@pytest.mark.parametrize("at", one_in(3))
def test_the_story_ends_the_same_when_the_bridge_is_killed_while_the_api_is_down_at(world: World, at: str):
    tell_and_kill(world, at, at, kill_bridge_while_the_api_is_down, random.Random(f"both {at}"))


@pytest.mark.parametrize(
    "kills",
    [[kill_bridge_while_the_api_is_down], pytest.param([*ANY, *ANY], marks=pytest.mark.fuzz)],
    ids=["once", "often"],
)
def test_no_sample_that_was_answered_is_lost_or_doubled_when_all_is_killed(world: World, kills: list[Kill]):
    charge_and_kill(world, f"samples-{len(kills)}", kills)


@pytest.mark.fuzz
@pytest.mark.parametrize("number", range(200))
def test_the_story_ends_the_same_whatever_is_killed_at_any_moment(world: World, number: int):
    chance = random.Random(number)
    tell_and_kill(world, f"any-{number}", chance.choice(STEPS), chance.choice(ANY), chance)

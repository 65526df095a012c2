"""`kill -9` of the API and of the bridge in the middle of every step: the same story, nothing lost, nothing doubled."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from tests.e2e.box import Box
from tests.e2e.story import EXPECTED, Story, told
from tests.e2e.world import World, wait_for

STEPS = tuple(Story.STEPS)
LONGEST_HEAD_START_S = 0.06


def kill_api(world: World) -> int:
    world.kill9(world.api)
    world.start(world.api)
    return 1


def kill_bridge(world: World) -> int:
    world.kill9(world.bridge)
    world.start(world.bridge)
    return 1


def kill_bridge_while_the_api_is_down(world: World) -> int:
    world.kill9(world.api)
    world.kill9(world.bridge)
    world.start(world.bridge)
    world.start(world.api)
    return 2


VICTIMS = {"api": kill_api, "bridge": kill_bridge, "both": kill_bridge_while_the_api_is_down}


@pytest.mark.parametrize("at", STEPS)
@pytest.mark.parametrize("victim", VICTIMS)
def test_the_story_ends_the_same_whatever_is_killed_in_the_middle_of(world: World, victim: str, at: str):
    site = world.site(f"{victim}-{at}")
    first, second = world.driver(f"first-{victim}-{at}"), world.driver(f"second-{victim}-{at}")
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        story = Story(world=world, site=site, box=box, first=first, second=second)
        kills = 0
        for name, step in story.steps.items():
            if name == at:
                kills = during(step, lambda: VICTIMS[victim](world), random.Random(f"{victim} {at}"))
            else:
                step()
        story.check_end()
        wait_for(lambda: sorted(told(story).values()) == sorted(EXPECTED.values()), 20, f"told: {told(story)}")
        ids = [message["message_id"] for message in world.messages(site)]
        assert len(ids) - len(set(ids)) <= kills, "at most one repeat of a message a kill"


def during(step: Callable[[], None], kill: Callable[[], int], chance: random.Random) -> int:
    """Kill while the step is on its way; it goes on by itself. How many were killed."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            step()
        except BaseException as failure:  # noqa: BLE001 -- shown below
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(chance.uniform(0, LONGEST_HEAD_START_S))  # any moment will do
    kills = kill()
    thread.join(60)
    assert not thread.is_alive()
    if failures:
        raise failures[0]
    return kills

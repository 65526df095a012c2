"""Tells the story while something is killed in the middle of one step, and checks that nobody could tell afterwards."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.box import Box
from tests.e2e.story import Story, all_told, told
from tests.e2e.world import World, wait_for

STEPS: tuple[str, ...] = tuple(Story.STEPS)


def one_in(many: int) -> list[Any]:
    """The steps as parameters: one in so many belongs to `make test`, all to `make fuzz`."""
    return [
        pytest.param(step, marks=[] if number % many == 0 else pytest.mark.fuzz, id=step)
        for number, step in enumerate(STEPS)
    ]


LONGEST_HEAD_START_S = 0.06
"""About as long as the longest step takes."""

Kill = Callable[[World], int]
"""Kills and starts again; how many it killed."""


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


def tell_and_kill(world: World, name: str, at: str, kill: Kill, chance: random.Random) -> None:
    """The story at a new site called ``name``; fails unless it ends as if nothing had been killed."""
    world.revive()
    site = world.site(name)
    first, second = world.driver(f"{name}-1"), world.driver(f"{name}-2")
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        story = Story(world=world, site=site, box=box, first=first, second=second)
        kills = 0
        for step_name, step in story.steps.items():
            if step_name == at:
                kills = _during(step, lambda: kill(world), chance.uniform(0, LONGEST_HEAD_START_S))
            else:
                step()
        story.check_end()
        wait_for(lambda: all_told(story), 20, f"told {told(story)}")
        ids = [message["message_id"] for message in world.messages(site)]
        assert len(ids) - len(set(ids)) <= kills, "at most one repeat of a message a kill"


def _during(step: Callable[[], None], kill: Callable[[], int], head_start_s: float) -> int:
    """Kill while the step is on its way, which goes on by itself."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            step()
        except BaseException as failure:  # noqa: BLE001 -- raised again below
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(head_start_s)  # any moment will do: this is where in the step it dies
    kills = kill()
    thread.join(60)
    assert not thread.is_alive()
    if failures:
        raise failures[0]
    return kills

"""An admin's command goes to Pub/Sub in one process, and its answer comes as an event in another."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.box import Box
from tests.e2e.world import Site, World, wait_for

BODY = {"action": "GetConfiguration", "payload": {}}


@pytest.fixture
def world(tmp_path: Path, seed: Path, pubsub_host: str, project: str):
    """API and bridge on SQLite, between them Pub/Sub."""
    told = {"KILOWAIT_BUS": f"pubsub:{project}", "PUBSUB_EMULATOR_HOST": pubsub_host}
    with World(tmp_path / "world", seed, told=told, bridge_options=["--bus", f"pubsub:{project}"]) as world:
        yield world


def test_who_waits_gets_the_answer_and_a_bridge_that_was_killed_carries_out_what_it_missed(world: World):
    site = world.site("yard")
    path = f"chargepoint/{site.charge_point_id}/command"

    def connected() -> bool:
        found = world.admin.do("GET", f"chargepoint/{site.charge_point_id}")["chargepoint"]["connection"]
        return found is not None and bool(found["connected"])

    with box_of(world, site) as box:
        wait_for(connected)
        answered = world.admin.do("POST", f"{path}?wait=15", BODY)["command"]
        assert answered["status"] == "accepted"
        assert "configurationKey" in answered["response"]
        world.kill9(world.bridge)
        missed = world.admin.do("POST", path, BODY)["command"]
        assert missed["status"] == "sent"
        heard = len(asked(box))
        world.start(world.bridge)

        def done() -> dict[str, Any] | None:
            command: dict[str, Any] = world.admin.do("GET", f"{path}/{missed['command_id']}")["command"]
            return command if command["status"] != "sent" else None

        assert wait_for(done, 45)["status"] == "accepted"
        assert len(asked(box)) > heard


def asked(box: Box) -> list[str]:
    return [action for action, _ in box.asked if action == "GetConfiguration"]


def box_of(world: World, site: Site) -> Box:
    return Box(f"ws://127.0.0.1:{world.machine.ocpp_port}/ocpp", site.charge_point_id, site.password)

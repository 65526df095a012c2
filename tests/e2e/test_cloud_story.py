"""The first story once more, on Google Cloud's engines: nothing above the ports knows the difference."""

from pathlib import Path

import pytest

from tests.e2e.box import Box
from tests.e2e.cloud import Cloud, CloudWorld
from tests.e2e.story import EXPECTED, Story, told
from tests.e2e.world import make_seed, wait_for
from tests.emulators.emulator import Emulator
from tests.fakes.fcm_server import FcmServer


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, firestore_emulator_running: Emulator, pubsub_emulator_running: Emulator
):
    seed: Path = tmp_path_factory.mktemp("cloud-seed")
    with FcmServer() as fcm, pytest.MonkeyPatch.context() as patch:
        cloud = Cloud(
            project="cloud-story",
            firestore_host=firestore_emulator_running.host,
            pubsub_host=pubsub_emulator_running.host,
            fcm=fcm,
            folder=seed,
        )
        make_seed(seed, cloud.told)
        patch.setenv("PUBSUB_EMULATOR_HOST", cloud.pubsub_host)
        with CloudWorld(tmp_path_factory.mktemp("cloud"), seed, cloud) as world:
            yield world


@pytest.fixture
def story(world: CloudWorld, request: pytest.FixtureRequest):
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
    # Decisions of two processes, as of a function and the API, may be told in either order.
    expected = sorted(map(sorted, EXPECTED.values()))
    wait_for(lambda: sorted(map(sorted, told(story).values())) == expected, 30, f"told {told(story)}")
    ids = [message["message_id"] for message in story.world.messages(story.site)]
    assert len(set(ids)) == len(ids)

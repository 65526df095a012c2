"""Worlds for the end-to-end tests."""

import uuid
from pathlib import Path

import pytest

from tests.e2e.cloud import Cloud, CloudWorld
from tests.e2e.world import World, make_seed
from tests.fakes.fcm_server import FcmServer


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an admin and a bridge's token, from which worlds are copied."""
    folder = tmp_path_factory.mktemp("seed")
    make_seed(folder)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path):
    """API and bridge, for all tests of a module: each makes a location of its own."""
    with World(tmp_path_factory.mktemp("world"), seed) as world:
        yield world


@pytest.fixture(scope="session")
def lasting_world(tmp_path_factory: pytest.TempPathFactory, seed: Path):
    """API and bridge for modules that kill nothing: started once for all of them."""
    with World(tmp_path_factory.mktemp("lasting"), seed) as world:
        yield world


@pytest.fixture(scope="module")
def cloud_world(tmp_path_factory: pytest.TempPathFactory, firestore_running: str, pubsub_running: str):
    """API, bridge and functions on the emulators, phones at a stand-in of FCM."""
    seed = tmp_path_factory.mktemp("cloud-seed")
    with FcmServer() as fcm, pytest.MonkeyPatch.context() as patch:
        cloud = Cloud(
            project=f"cloud-{uuid.uuid4().hex[:12]}",
            firestore_host=firestore_running,
            pubsub_host=pubsub_running,
            fcm=fcm,
            folder=seed,
        )
        make_seed(seed, cloud.told)
        patch.setenv("PUBSUB_EMULATOR_HOST", cloud.pubsub_host)
        with CloudWorld(tmp_path_factory.mktemp("cloud"), seed, cloud) as world:
            yield world

"""One API, bridge and authority for all cases, each with a location and a charge point of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conformance16.stand import BRIDGE, Stand, stand
from tests.e2e.world import World
from tests.fakes.certificate_requests import authority_files


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("conformance")
    files = [folder / "authority.pem", folder / "authority-key.pem"]
    for path, content in zip(files, authority_files(), strict=True):
        path.write_bytes(content)
    told = {"KILOWAIT_AUTHORITY_CERT": str(files[0]), "KILOWAIT_AUTHORITY_KEY": str(files[1])}
    with World(folder, seed, told=told, bridge_options=BRIDGE) as world:
        yield world


@pytest.fixture(scope="module")
def shared(world: World) -> Iterator[Stand]:
    """For cases that leave nothing behind."""
    with stand(world) as found:
        yield found


@pytest.fixture
def here(world: World) -> Iterator[Stand]:
    """A charge point that nobody used before."""
    with stand(world) as found:
        yield found

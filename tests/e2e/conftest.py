"""Worlds for the end-to-end tests."""

from pathlib import Path

import pytest

from tests.e2e.world import World, make_seed


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

"""A world of one yard for every test of functions."""

import pytest

from tests.fakes.site_world import World


@pytest.fixture
def world() -> World:
    return World()

"""A yard with a charge point and two drivers, and a receiver that is told of it."""

import pytest

from services.publishing.publishing import Publishing
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_world import World


@pytest.fixture
def receiver() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def yard() -> World:
    world = World()
    world.location()
    world.charge_point()
    world.ann, world.bob = world.driver("ann"), world.driver("bob")
    return world


@pytest.fixture
def publishing(yard: World, receiver: FakePublisher) -> Publishing:
    return Publishing(yard.store, yard.clock, yard.services.sites, receiver, "p1")

"""One world a test file, put back before each test."""

from collections.abc import Iterator

import pytest

from tests.contracts.api.world import ApiWorld


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    made = ApiWorld(tmp_path_factory.mktemp("world"))
    yield made
    made.close()


@pytest.fixture
def world(built: ApiWorld) -> ApiWorld:
    built.restore()
    built.errors()
    return built

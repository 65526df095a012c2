"""One world a test file; each example puts it back."""

from collections.abc import Iterator

import pytest

from tests.contracts.api.world import ApiWorld


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    made = ApiWorld(tmp_path_factory.mktemp("world"))
    yield made
    made.close()

"""One world a test file; each example puts it back."""

import io
from collections.abc import Iterator

import pytest

from api.request_log import configure_logging
from tests.contracts.api.world import ApiWorld


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    configure_logging("error", io.StringIO())
    made = ApiWorld(tmp_path_factory.mktemp("world"))
    yield made
    made.close()

"""Services on fakes."""

import pytest

from tests.fakes.composition import fake_services


@pytest.fixture
def services():
    return fake_services()

"""What every test shares: how hard Hypothesis searches, logs that no other test has set up, the emulators' fixtures."""

import gc
import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.emulators.fixtures"]

# Shared machines stall now and then, so no profile has a deadline: pytest-timeout guards against hanging.
settings.register_profile("dev", deadline=None)
# The same examples in every run: a red run says something about the change, not about luck.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=5_000,
    stateful_step_count=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Twelve thousand tests are collected and stay: nobody has to look again and again whether they are garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A test that sets logging up, as the program does, leaves it to the next as it was."""
    yield
    structlog.reset_defaults()

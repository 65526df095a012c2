"""The Google Cloud SDK of this machine. What it lacks skips a test; in CI that is a failure."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def sdk_root() -> Path:
    """Beside the `gcloud` command."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        lacking("gcloud")
    return Path(gcloud).resolve().parents[1]


def lacking(what: str) -> NoReturn:
    """End the test."""
    missing = f"{what} is not on this machine"
    if os.environ.get("CI"):
        pytest.fail(f"{missing}: CI never skips it")
    pytest.skip(missing)

"""A process that cannot start says why in one line, and is not started again and again by its server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from main import CANNOT_BOOT
from model import paths
from model.store.sqlite import SqliteStore

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"KILOWAIT_STORE": "nowhere"}, "'nowhere' names no store"),
        ({"KILOWAIT_STORE": "memory:", "KILOWAIT_UNKNOWN": "x"}, "KILOWAIT_UNKNOWN is no variable Kilowait knows"),
        (
            {"KILOWAIT_STORE": "memory:", "KILOWAIT_AUTHORITY_CERT": "/nowhere", "KILOWAIT_AUTHORITY_KEY": "/nowhere"},
            "KILOWAIT_AUTHORITY_CERT names a file that cannot be read",
        ),
        (
            {"KILOWAIT_STORE": "memory:", "KILOWAIT_AUTHORITY_CERT": "secret:x", "KILOWAIT_AUTHORITY_KEY": "secret:x"},
            "A secret is named secret:projects/PROJECT/secrets/NAME",
        ),
    ],
)
def test_what_cannot_start_says_so_in_one_line(variables: dict[str, str], told: str) -> None:
    others = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}
    command = [sys.executable, "-c", "import main; main.app"]
    done = subprocess.run(
        command, cwd=ROOT, env={**others, **variables}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == CANNOT_BOOT
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"kilowait: {told}")


def test_a_store_that_a_newer_version_wrote_to_is_not_served(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "new.db") as store:
        store.put(paths.mark(), {"schemas": {"decisions": 99}, "importing": ""})
    others = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}
    variables = {"KILOWAIT_STORE": f"sqlite:///{tmp_path}/new.db"}
    for name in ("app", "_jobs()"):
        done = subprocess.run(
            [sys.executable, "-c", f"import main; main.{name}"],
            cwd=ROOT,
            env={**others, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode != 0
        told = "The store was written by a newer version of Kilowait (decisions: schema 99, this version knows"
        assert told in done.stderr.splitlines()[-1]

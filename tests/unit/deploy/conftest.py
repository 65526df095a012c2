"""Places to deploy to, and the Google Cloud SDK: what it says of itself needs no account and no network."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from deploy.place import Place, place_of
from tests.emulators.sdk import sdk_root

ROOT = Path(__file__).parents[3]
GCLOUD_S = 100


@pytest.fixture
def place() -> Place:
    return place_of("charging-4711", "europe-west1", bridges=["yard", "depot-2"])


@pytest.fixture(scope="session")
def sdk() -> Path:
    """The SDK's root. Missing: skipped, in CI a failure."""
    return sdk_root()


@pytest.fixture
def gcloud(sdk: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs a `gcloud` command that needs nobody's account; its output."""

    def run(*words: str, cwd: Path = ROOT) -> str:
        done = subprocess.run(
            [sdk / "bin/gcloud", *words],
            cwd=cwd,
            env=os.environ | {"CLOUDSDK_CONFIG": str(tmp_path / "gcloud"), "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"},
            capture_output=True,
            text=True,
            timeout=GCLOUD_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def sdk_python(sdk: Path, tmp_path: Path) -> Callable[[str], str]:
    """Runs a program in the Python and with the libraries of the SDK; its output."""

    def run(program: str, *arguments: str | Path) -> str:
        bundled = sdk / "platform/bundledpythonunix/bin/python3"
        done = subprocess.run(
            [bundled if bundled.exists() else "python3", "-c", program, *arguments],
            env=os.environ
            | {
                "PYTHONPATH": f"{sdk / 'lib'}:{sdk / 'lib/third_party'}",
                "CLOUDSDK_CONFIG": str(tmp_path / "gcloud"),
            },
            capture_output=True,
            text=True,
            timeout=GCLOUD_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def refused(gcloud: Callable[..., str], tmp_path: Path) -> Callable[[Iterable[str]], dict[str, str]]:
    """The commands `gcloud` would not take, and what it says; its own linter parses them with its own parsers."""

    def lint(commands: Iterable[str]) -> dict[str, str]:
        wanted = [{"command_string": each} for each in dict.fromkeys(commands)]
        assert wanted
        file = tmp_path / "commands.json"
        file.write_text(json.dumps(wanted))
        # Elsewhere: the linter's parser makes the files that commands would write.
        answers = json.loads(gcloud("meta", "lint-gcloud-commands", f"--commands-file={file}", cwd=tmp_path))
        assert len(answers) == len(wanted)
        return {each["command_string"]: each["error_message"] for each in answers if not each["success"]}

    return lint

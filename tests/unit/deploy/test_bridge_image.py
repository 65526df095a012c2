"""The bridge's container, checked without Docker: its Dockerfile's words mean what the project has."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ocpp_bridge.settings import parse

ROOT = Path(__file__).parents[3]
SCRIPT = (ROOT / "deploy/bridge/start.sh").read_text("utf-8")


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of every instruction."""
    text = re.sub(r"^#.*\n", "", (ROOT / "deploy/bridge/Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line)]


def the(word: str) -> str:
    (rest,) = [rest for name, rest in instructions() if name == word]
    return rest


def entrypoint() -> list[str]:
    words: list[str] = yaml.safe_load(the("ENTRYPOINT"))  # JSON's list
    assert words[:3] == ["python", "-m", "ocpp_bridge"]
    return words[3:]


def test_the_base_is_a_slim_python_with_a_fixed_version():
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", the("FROM"))


def test_what_it_copies_is_there_and_is_all_the_bridge_needs(tmp_path):
    copied = [rest.split() for word, rest in instructions() if word == "COPY"]
    assert len(copied) == 3
    for source, target in copied:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / target)
    shown = subprocess.run(
        [sys.executable, "-m", "ocpp_bridge", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    assert "--token-file" in shown.stdout


def test_its_packages_are_those_locked_with_hashes():
    (install,) = [rest for word, rest in instructions() if word == "RUN" and rest.startswith("pip install")]
    assert "--require-hashes" in install
    assert install.endswith("-r requirements/bridge.txt")
    pinned = re.findall(r"^([a-z][\w.-]*)==\S+ \\\n((?:    --hash=sha256:.*\n)+)",
                        (ROOT / "requirements/bridge.txt").read_text("utf-8"), re.MULTILINE)  # fmt: skip
    assert {"websockets", "google-cloud-pubsub", "ocpp"} <= {name for name, _ in pinned}


def test_it_runs_as_nobody_in_particular_whom_the_disk_belongs_to():
    user = the("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert f"readonly BRIDGE_USER={user.split(':')[0]}\n" in SCRIPT


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("t" * 43)
    monkeypatch.setenv("KILOWAIT_CONTROL_SECRET", "c" * 64)
    return tmp_path


def test_the_bridge_takes_the_words_of_the_image_and_of_the_machine(secrets):
    (added,) = re.findall(r'^    "\$image" (.*)$', SCRIPT, re.MULTILINE)
    values = {"$bridge": "yard", "$api": "https://charging-4711.ew.r.appspot.com", "$project": "charging-4711"}
    for name, value in values.items():
        added = added.replace(name, value)
    words = [*entrypoint(), *added.replace('"', "").split()]
    assert "--cert" in words
    at = words.index("--cert")
    settings = parse(
        [word.replace("/run/kilowait", str(secrets)) for word in words[:at] + words[at + 2 :]]  # no certificate here
    )
    assert settings.bridge_id == "yard"
    assert settings.listen == ("0.0.0.0", int(the("EXPOSE")))  # noqa: S104 -- inside its container
    assert settings.control[0] == "127.0.0.1"
    assert settings.spool.parent == Path("/spool")
    assert f"--publish 443:{settings.listen[1]}" in SCRIPT
    assert f'--volume "$SPOOL:{settings.spool.parent}"' in SCRIPT


def test_the_health_check_asks_the_control_port_of_the_entry_point():
    words = entrypoint()
    control = words[words.index("--control") + 1]
    check = the("HEALTHCHECK")
    assert f"http://{control}/healthz" in check
    program = yaml.safe_load(check.partition("CMD ")[2])
    compile(program[2], "check", "exec")

"""`docs/deploy.md`: its commands are ones that `gcloud` and this project take."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.__main__ import main
from deploy.plan import PARTS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/deploy.md").read_text("utf-8")
VALUES = {"PROJECT": "charging-4711", "REGION": "europe-west1", "BRIDGE": "yard"}
NO_PROJECT = ("gcloud auth", "gcloud projects", "gcloud billing")


def commands():
    """Every line of the page's blocks, and of the commands inside its sentences, with its variables filled in."""
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    inline = re.findall(r"`((?:gcloud|python3 -m) [^`]+)`", PAGE)
    text = "\n".join([blocks, *inline])
    for name, value in VALUES.items():
        text = text.replace(f"${name}", value)
    return [part.strip() for line in text.splitlines() for part in re.split(r" \| ", line)]


def test_gcloud_takes_every_whole_command_of_the_page(refused):
    spoken = [" ".join(each.split()) for each in commands() if each.startswith("gcloud ") and len(each.split()) > 4]
    assert len(spoken) > 12
    assert refused(spoken) == {}


def test_every_command_says_its_project():
    for each in commands():
        if each.startswith("gcloud ") and "=" in each and not each.startswith(NO_PROJECT):
            assert "--project=charging-4711" in each or "kilowait-ssh" in each, each


def test_deployment_takes_its_own(capsys):
    ours = [shlex.split(each)[3:] for each in commands() if each.startswith("python3 -m deploy ")]
    assert len(ours) >= 3
    for words in ours:
        assert main([word for word in words if word != "--run"]) == 0
    assert "Nothing was done" in capsys.readouterr().out


def test_the_parts_it_names_are_parts():
    named = {word for listed in re.findall(r"--only ([a-z ]+)", PAGE) for word in listed.split()}
    assert named <= PARTS.keys()
    assert "functions" in named


def test_the_files_it_links_are_there():
    for target in set(re.findall(r"\]\((?!http|#)([^)#]+)\)", PAGE)):
        assert (ROOT / "docs" / target).is_file(), target


@pytest.mark.parametrize("words", [["create-admin", "boss"], ["create-token", "bridge-yard", "--bridge", "yard"]])
def test_its_operators_commands_write_to_firestore(words, firestore_host, project):
    assert words[0] in PAGE
    done = subprocess.run(
        [Path(sys.executable).parent / "flask", "--app", "main", *words],
        cwd=ROOT,
        env=os.environ | {
            "KILOWAIT_STORE": f"firestore:{project}",
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "KILOWAIT_ADMIN_PASSWORD": "a-password-of-a-boss",
        },
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if words[0] == "create-token":
        assert re.fullmatch(r"\S{20,}\n", done.stdout)

"""The README's walk-through by hand works as it is written; only ports and the folder are others."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from standalone.child import ROOT
from standalone.plans import OURS
from standalone.ports import free_ports

SECTION = re.compile(r"^## By hand.*?(?=^## )", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITHIN_S = 90


def by_hand(folder: str, ports: list[int]) -> str:
    """Every command of the section, in order."""
    section = SECTION.search((ROOT / "README.md").read_text("utf-8"))
    assert section is not None
    script = "".join(BLOCK.findall(section.group()))
    for written, free in zip(("8080", "9000", "9001"), ports, strict=True):
        assert script.count(f"127.0.0.1:{written}") > 0
        script = script.replace(f"127.0.0.1:{written}", f"127.0.0.1:{free}")
    # This Python's own environment stands for the one that `make setup` makes.
    for command in ("make setup\n", "source .venv/bin/activate\n"):
        assert command in script
        script = script.replace(command, "")
    assert "mkdir -p hand\n" in script
    return script.replace("mkdir -p hand\n", "").replace("hand/", f"{folder}/")


@pytest.fixture
def transcript(tmp_path):
    """What a shell says to it, and its exit code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    shell = subprocess.Popen(
        ["bash", "-m", "-e", "-o", "pipefail", "-c", by_hand(str(tmp_path), free_ports(3))],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = shell.communicate(timeout=WITHIN_S)
    finally:
        end_everything(shell.pid)
    return shell.returncode, said


def end_everything(session_id: int) -> None:
    """What the script started and did not end, whatever happened."""
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(session_id)], capture_output=True, text=True, check=False)
    for pid in map(int, listed.stdout.split()):
        os.kill(pid, signal.SIGKILL)


def test_the_walk_through_leads_to_a_finished_session_and_the_next_offer(transcript):
    code, said = transcript
    assert code == 0, said
    answers = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    sessions = next(answer["sessions"] for answer in answers if "sessions" in answer)
    (session,) = [session for session in sessions if session["end_reason"] == "unplugged"]
    assert session["energy_wh"] == 350
    assert session["user"]["username"]
    assert session["full_time"]
    offers = [answer["offer"] for answer in answers if answer.keys() == {"offer"}]
    assert offers[-1]["state"] == "offered", "to the second driver"
    assert {answer["kind"] for answer in answers if "kind" in answer} >= {"offered", "held", "started", "full", "ended"}

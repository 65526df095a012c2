"""Processes are started on a leash and surely ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from standalone.child import ROOT, Child, Plan

SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def plan(tmp_path, *command: str) -> Plan:
    return Plan(name="thing", command=command, environment=dict(os.environ), log=tmp_path / "thing.log", ready_url="")


def wait_until(look):
    until = time.monotonic() + 20
    while not look():
        assert time.monotonic() < until
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # a zombie is gone


def test_what_it_prints_is_in_its_log(tmp_path):
    child = Child(plan(tmp_path, sys.executable, "-c", "print('one'); print('two')"))
    child.start()
    assert child.wait(20)
    assert child.exit_code == 0
    assert child.log_tail(1) == "two"


def test_one_that_ignores_the_request_is_ended_by_force_with_all_its_own(tmp_path):
    child = Child(plan(tmp_path, sys.executable, "-c", SLEEPER))
    child.start()
    wait_until(lambda: child.log_tail() == "up")
    assert child.stop(0.1) is False
    assert child.exit_code == -signal.SIGKILL


def test_stopping_one_that_runs_is_in_order(tmp_path):
    child = Child(plan(tmp_path, "sleep", "60"))
    child.start()
    assert child.stop() is True
    assert not child.running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_nothing_is_left_behind_when_the_parent_is_killed(tmp_path):
    program = (
        "import os, sys, time; from pathlib import Path; from standalone.child import Child, Plan\n"
        "child = Child(Plan(name='x', command=['sleep', '60'], environment=dict(os.environ),"
        " log=Path(sys.argv[1]), ready_url=''))\n"
        "child.start(); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    # The leash is on once it has become the command.
    wait_until(lambda: Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep"))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not alive(pid))

"""The whole system as `make run` starts it: it is watched, stops cleanly, leaves nothing behind, and goes on."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from standalone.child import ROOT
from standalone.doctor.__main__ import main as doctor
from standalone.ports import free_ports
from tests.e2e.world import wait_for

READY = "Ctrl-C stops everything"
STARTED_S = 60.0


class Run:
    """One run on a folder, on free ports."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._output = folder.with_suffix(".txt")
        ports = [word for name in ("", "ocpp-", "control-", "simulator-") for word in (f"--{name}port", "0")]
        command = [sys.executable, "-m", "standalone", "--data", str(folder), *ports, *arguments]
        with self._output.open("wb") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self._output.read_text("utf-8")

    def wait_said(self, text: str, within_s: float = STARTED_S) -> None:
        def looked() -> bool:
            assert text in self.said or self.process.poll() is None, self.said
            return text in self.said

        wait_for(looked, within_s, f"it says {text!r}")

    def started(self) -> dict[str, int]:
        """Its processes by name, once all of them work."""
        self.wait_said(READY)
        listed = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        return {re.sub(r".* -m (\w+).*", r"\1", line): int(line.split()[0]) for line in listed.splitlines()}

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def runs(folder):
    """Starts runs; ends those that a failing test left."""
    started: list[Run] = []

    def run(*arguments: str) -> Run:
        started.append(Run(folder, *arguments))
        return started[-1]

    yield run
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def with_workers(pids: dict[str, int]) -> list[int]:
    """The processes and those they started."""
    parents = ",".join(map(str, pids.values()))
    listed = subprocess.run(["ps", "--ppid", parents, "-o", "pid="], capture_output=True, text=True, check=False).stdout
    return [*pids.values(), *map(int, listed.split())]


def test_a_process_that_dies_comes_back_and_the_end_is_clean(runs):
    run = runs()
    pids = run.started()
    assert set(pids) == {"gunicorn", "ocpp_bridge", "simulator"}
    run.wait_said("offered to punctual")
    os.kill(pids["ocpp_bridge"], signal.SIGKILL)
    run.wait_said("bridge ended (signal 9); starting it again in 0.5 s")
    left = with_workers(run.started())
    assert run.end(signal.SIGINT) == 0
    assert "stopped; the next run goes on from here" in run.said
    assert all(map(gone, left))
    assert "Traceback" not in run.said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_run_that_is_killed_leaves_no_process_behind_and_the_next_goes_on(runs):
    first = runs()
    left = with_workers(first.started())
    first.wait_said("punctual      holds a card")
    first.end(signal.SIGKILL)
    wait_for(lambda: all(map(gone, left)), 20, f"all of {left} are gone")

    second = runs()
    second.started()
    assert "made the" not in second.said
    second.wait_said("session 1 of punctual ended (unplugged)")
    assert second.end(signal.SIGTERM) == 0


UNITS = """
[[account]]
driver = "meter"
listen = "127.0.0.1:{free}"
[[account.meter]]
id = "GARAGE-1"
token = "token-of-the-first-garage"
[[account]]
driver = "meter"
listen = "127.0.0.1:{taken}"
[[account.meter]]
id = "GARAGE-2"
token = "token-of-the-second-garage"
"""


class Empty:
    """A run without demo, whose second account finds its port taken."""

    def __init__(self, folder: Path, taken: int) -> None:
        self.folder = folder
        self.refused = (
            f"[[account]] 2 (meter) does not work: cannot listen at 127.0.0.1:{taken}: Address already in use"
        )
        units = folder.with_suffix(".toml")
        units.write_text(UNITS.format(free=free_ports(1)[0], taken=taken))
        units.chmod(0o600)
        self.run = Run(folder, "--no-demo", "--units", str(units))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as other:
        empty = Empty(tmp_path_factory.mktemp("empty") / "data", other.getsockname()[1])
        try:
            empty.run.started()
            yield empty
        finally:
            code = empty.run.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in empty.run.said


def test_a_new_folder_is_told_the_first_steps_and_the_account_that_cannot_listen(empty):
    for step in ("1. Log in at http://", "2. Add a location: http://", "3. Point a charger at ws://", "4. Tell the"):
        assert f"\n  {step}" in empty.run.said
    empty.run.wait_said(empty.refused)


def test_the_doctor_tells_the_program_s_own_ports_from_one_that_another_has(empty, capsys):
    empty.run.wait_said(empty.refused)
    assert doctor(["--data", str(empty.folder)]) == 1
    examined = capsys.readouterr().out
    assert f"ok  Kilowait runs on the folder {empty.folder}" in examined
    assert "ok  2 entries of " in examined
    assert f"!!  The bridge's unit {empty.refused}" in examined
    assert examined.count("!!") == 1, "the first account's port is the program's own"


def test_secrets_are_for_their_owner_only(empty):
    readable = [file.name for file in empty.folder.iterdir() if file.is_file() and file.stat().st_mode & 0o077]
    assert [name for name in readable if "password" in name or "token" in name or "secret" in name] == []
    assert (empty.folder / "admin-password").exists()


def test_a_second_run_on_the_same_folder_is_refused_in_one_line(empty):
    refused = subprocess.run(
        [sys.executable, "-m", "standalone", "--data", str(empty.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("kilowait: Kilowait runs on the folder")
    assert refused.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_named_in_one_line(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "standalone",
            "--data",
            str(folder),
            "--control-port",
            str(port),
            "--port",
            "0",
        ]
        command += ["--ocpp-port", "0"]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert re.fullmatch(rf"kilowait: Port {port} for the bridge's control .*--control-port N.*\n", refused.stderr)

"""Processes are kept running."""

import os
import socket
import sys
import time

import pytest

from standalone.child import Plan
from standalone.stopping import CannotRun, Stopped, StopSwitch
from standalone.supervisor import Supervisor

SERVER = "import http.server, sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]))"


@pytest.fixture
def server(tmp_path) -> Plan:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Plan(
        name="server",
        command=[sys.executable, "-c", SERVER, str(port)],
        environment=dict(os.environ),
        log=tmp_path / "server.log",
        ready_url=f"http://127.0.0.1:{port}/README.md",
    )


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(lambda who, text: said.append(f"{who}: {text}"), StopSwitch())
    yield supervisor
    supervisor.stop()


def test_what_dies_is_started_again_and_said_so(supervisor, server, said):
    child = supervisor.start(server)
    first = child.pid
    child.kill()
    until = time.monotonic() + 20
    while child.pid == first:
        supervisor.watch()
        assert time.monotonic() < until
    supervisor.wait_ready(child)
    assert said == ["runner: server ended (signal 9); starting it again in 0.5 s"]


def test_the_pause_doubles_from_death_to_death(supervisor, server, said):
    child = supervisor.start(server)
    for deaths in (1, 2, 3):
        child.kill()
        until = time.monotonic() + 20
        while len(said) < deaths or not child.running:
            supervisor.watch()
            assert time.monotonic() < until
    assert [line.rpartition(" in ")[2] for line in said] == ["0.5 s", "1 s", "2 s"]


def test_one_that_ends_while_starting_is_reported_with_its_last_words(supervisor, tmp_path):
    plan = Plan(
        name="broken",
        command=[sys.executable, "-c", "import sys; sys.exit('no such store')"],
        environment=dict(os.environ),
        log=tmp_path / "broken.log",
        ready_url="http://127.0.0.1:9/",
    )
    with pytest.raises(CannotRun, match=r"(?s)broken ended while starting .exit code 1.*no such store"):
        supervisor.start(plan)


def test_waiting_for_a_start_ends_when_somebody_stops_the_run(server, said):
    switch = StopSwitch()
    switch.asked = True
    supervisor = Supervisor(lambda _who, text: said.append(text), switch)
    with pytest.raises(Stopped):
        supervisor.start(server)
    supervisor.stop()


def test_one_that_says_in_a_line_why_it_cannot_start_is_quoted_without_what_earlier_runs_wrote(supervisor, tmp_path):
    log = tmp_path / "bridge.log"
    log.write_text("ocpp_bridge: the trouble of an earlier run\n")
    program = "import sys; sys.stderr.write('starting\\nocpp_bridge: no such file\\nworker ended\\n'); sys.exit(2)"
    plan = Plan(
        name="bridge",
        command=[sys.executable, "-c", program],
        environment=dict(os.environ),
        log=log,
        ready_url="http://127.0.0.1:9/",
    )
    with pytest.raises(CannotRun) as refused:
        supervisor.start(plan)
    assert str(refused.value) == f"bridge cannot start: no such file (its log: {log})"
    assert "earlier" not in supervisor.log_tails()

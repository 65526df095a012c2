"""What `make doctor` finds, and that it says what to do."""

import http.server
import os
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standalone.doctor import deployment, machine
from standalone.doctor.__main__ import main
from standalone.doctor.finding import Finding, Level

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}


def worst(found) -> list[Finding]:
    return [one for one in found if one.level is not Level.GOOD]


def test_this_machine_has_the_locked_packages() -> None:
    assert worst(machine.look_at_python()) == []


def test_a_package_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_installed", lambda _name: "0")
    (found,) = worst(machine.look_at_python())
    assert found.level is Level.WRONG
    assert found.fix == "Run: make setup"


def test_a_full_disk_and_secrets_others_can_read_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "bridge-token"
    token.write_text("x")
    token.chmod(0o644)
    monkeypatch.setattr(machine, "LEAST_FREE_MB", 10**9)
    full, readable = worst(machine.look_at_disk(tmp_path))
    assert "free on the disk" in full.what
    assert readable.fix == f"Run: chmod 600 {token}"
    token.chmod(0o600)
    monkeypatch.setattr(machine, "LEAST_FREE_MB", 1)
    assert worst(machine.look_at_disk(tmp_path / "not" / "there")) == []


def test_a_clock_of_the_past_is_wrong() -> None:
    (found,) = machine.look_at_clock(datetime(1970, 1, 1, tzinfo=UTC))
    assert found.level is Level.WRONG


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(machine, "PORTS", ((port, "the API", "--port"),))
        (found,) = machine.look_at_ports()
    assert str(port) in found.what
    assert "--port" in found.fix


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KILOWAIT_STOER": "x"}, "KILOWAIT_STOER is no variable"),
        ({"KILOWAIT_STORE": "sqlite:////no/such/folder/x.db"}, "does not exist"),
        ({"KILOWAIT_PAYMENTS": "trial"}, "KILOWAIT_PAYMENT_SECRET"),
    ],
)
def test_a_wrong_variable_is_told_in_one_line(variables: dict[str, str], said: str) -> None:
    (found,) = deployment.look_at_configuration({**PLAIN, **variables})
    assert found.level is Level.WRONG
    assert said in found.what
    assert "\n" not in found.what


def test_looking_makes_no_store(tmp_path: Path) -> None:
    store = tmp_path / "new.db"
    variables = {"KILOWAIT_STORE": f"sqlite:///{store}", "KILOWAIT_PUBLIC_URL": "http://192.0.2.1:8080"}
    store_found, phones = deployment.look_at_configuration({**PLAIN, **variables})
    assert store_found.level is Level.GOOD
    assert phones.level is Level.LACKS
    assert not store.exists()


def test_what_runs_is_asked_whether_it_is_ready(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    class NotReady(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b"the store is away")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), NotReady) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        api, bridge = deployment.look_at_running(root, "http://127.0.0.1:9")
        assert (api.level, bridge.level) == (Level.WRONG, Level.LACKS)
        assert main(["--data", str(tmp_path), "--api", root]) == 1
        server.shutdown()
    printed = capsys.readouterr().out
    assert "!!  the API" in printed
    assert "the store is away" in printed
    assert "1 thing is wrong." in printed

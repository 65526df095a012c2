"""What `make doctor` finds, and that it says what to do."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standalone.doctor import chargers, deployment, machine
from standalone.doctor.__main__ import main
from standalone.doctor.finding import Finding, Level

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}


@contextmanager
def answering(status: int, text: bytes) -> Iterator[int]:
    """A program that says the same to everybody; its port."""

    class Says(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 -- the library's name

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Says) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


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
        monkeypatch.setattr(machine, "PORTS", ((port, "the API", "--port", "/readyz", "ok"),))
        monkeypatch.setattr(machine, "ANSWER_S", 0.1)
        (found,) = machine.look_at_ports()
    assert found.level is Level.LACKS
    assert str(port) in found.what
    assert "--port" in found.fix


def test_a_port_on_which_a_kilowait_answers_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, b"charge points connect to /ocpp/<charge point id>") as port:
        monkeypatch.setattr(machine, "PORTS", ((port, "charge points", "--ocpp-port", *machine.PORTS[1][3:]),))
        (found,) = machine.look_at_ports()
    assert found.level is Level.GOOD
    assert f"port {port}: charge points of a Kilowait" in found.what


def test_units_whose_device_or_address_cannot_be_had_are_named(tmp_path: Path) -> None:
    with answering(200, b"another program") as taken, answering(401, b"the meter's token is missing") as own:
        accounts = "".join(
            f'[[account]]\ndriver = "meter"\nlisten = "127.0.0.1:{port}"\n[[account.meter]]\nid = "M{port}"\n'
            f'token = "token-of-the-meter-{port}"\n'
            for port in (taken, own)
        )
        file = tmp_path / "units.toml"
        file.write_text(f'[[unit]]\nid = "E"\ndriver = "openevse-rapi"\naddress = "serial:///dev/none"\n{accounts}')
        file.chmod(0o600)
        readable, no_device, no_address = chargers.look_at_units(file, in_use=False)
        assert [one.level for one in chargers.look_at_units(file, in_use=True)] == [Level.GOOD]
    assert readable.what == f"3 entries of {file} can be used"
    assert no_device.what.endswith("[[unit]] 1 (openevse-rapi) needs /dev/none, which is not there")
    assert no_address.what.endswith(f"[[account]] 1 (meter) cannot listen at 127.0.0.1:{taken}: Address already in use")


def test_without_a_bridge_no_link_is_told_of() -> None:
    assert list(chargers.look_at_links("http://127.0.0.1:9")) == []
    assert list(chargers.look_at_links("http://[")) == []


def test_the_store_of_the_run_is_looked_at_where_no_other_is_named(tmp_path: Path) -> None:
    (found,) = deployment.look_at_configuration(tmp_path, PLAIN)
    assert f"sqlite:///{tmp_path}/kilowait.db" in found.what
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KILOWAIT_STOER": "x"}, "KILOWAIT_STOER is no variable"),
        ({"KILOWAIT_STORE": "sqlite:////no/such/folder/x.db"}, "does not exist"),
        ({"KILOWAIT_PAYMENTS": "trial"}, "KILOWAIT_PAYMENT_SECRET"),
    ],
)
def test_a_wrong_variable_is_told_in_one_line(variables: dict[str, str], said: str) -> None:
    (found,) = deployment.look_at_configuration(Path("nowhere"), {**PLAIN, **variables})
    assert found.level is Level.WRONG
    assert said in found.what
    assert "\n" not in found.what


def test_looking_makes_no_store(tmp_path: Path) -> None:
    store = tmp_path / "new.db"
    variables = {"KILOWAIT_STORE": f"sqlite:///{store}", "KILOWAIT_PUBLIC_URL": "http://192.0.2.1:8080"}
    store_found, phones = deployment.look_at_configuration(tmp_path, {**PLAIN, **variables})
    assert store_found.level is Level.GOOD
    assert phones.level is Level.LACKS
    assert not store.exists()


def test_what_runs_is_asked_whether_it_is_ready(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with answering(503, b"the store is away") as port:
        root = f"http://127.0.0.1:{port}"
        api, bridge = deployment.look_at_running(root, "http://127.0.0.1:9")
        assert (api.level, bridge.level) == (Level.WRONG, Level.LACKS)
        assert [one.level for one in deployment.look_at_running("http://[", "nonsense")] == [Level.LACKS] * 2
        assert main(["--data", str(tmp_path), "--api", root]) == 1
    printed = capsys.readouterr().out
    assert "!!  the API" in printed
    assert "the store is away" in printed
    assert "1 thing is wrong." in printed

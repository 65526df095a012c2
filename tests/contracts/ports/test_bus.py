"""What every bus does, the fake included; the local one over real HTTP to a stand-in of the control port, Pub/Sub's
on the official emulator."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError

from model.errors import Unavailable
from services.adapters.local_bus import LocalBus
from services.adapters.pubsub_bus import NUDGES_MOST, PubSubBus
from services.ports import CommandFate
from tests.emulators.emulator import pubsub_emulator
from tests.emulators.topics import Topics
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START
from wire.codec import decode_command
from wire.commands import Command, Hold, Ocpp, Release
from wire.topics import COMMAND_MOST_BYTES, DECISIONS

SECRET = "control-secret-of-16"
ROOT = Path(__file__).parents[3]


class ControlPort(ThreadingHTTPServer):
    """Takes commands as the bridge does; ``answer`` is (status, body)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[Command] = []
        self.authorizations: list[str] = []
        self.answer: tuple[int, bytes] = (202, b'{"status": "sent"}')

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: ControlPort

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.authorizations.append(self.headers["Authorization"])
        if self.path == "/commands":
            self.server.taken.append(decode_command(body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[ControlPort]:
    with ControlPort() as port:
        thread = threading.Thread(target=port.serve_forever, args=(0.01,))
        thread.start()
        yield port
        port.shutdown()
        thread.join()


class Faked:
    """A bus, what it has carried, and how to make it answer."""

    def __init__(self) -> None:
        self.bus: Any = FakeBus()

    def commands(self, count: int) -> list[Command]:
        """What has arrived, once it is ``count`` or more."""
        found = [command for _, command in self.bus.commands]
        assert len(found) >= count
        return found

    def decisions(self, count: int) -> list[str]:
        """As ``commands``."""
        assert len(self.bus.decisions) >= count
        return list(self.bus.decisions)

    def answers(self, fate: str) -> None:
        self.bus.fate = CommandFate(fate)


class Local:
    """As ``Faked``."""

    def __init__(self, port: ControlPort) -> None:
        self.bus: Any = LocalBus(port.url + "/", SECRET)
        self._port = port
        self._decided: list[str] = []
        self.bus.deliver_to(self._decided.append)

    def commands(self, count: int) -> list[Command]:
        assert len(self._port.taken) >= count
        return self._port.taken

    def decisions(self, count: int) -> list[str]:
        assert len(self._decided) >= count
        return self._decided

    def answers(self, fate: str) -> None:
        self._port.answer = (202, json.dumps({"status": fate}).encode())


class PubSub:
    """As ``Faked``; its topics are made by the bus, as nobody deploys an emulator."""

    def __init__(self, project: str) -> None:
        self.bus: Any = PubSubBus(project)
        self.project = project
        self.topics = Topics(project)

    def commands(self, count: int) -> list[Command]:
        return [decode_command(message.data) for message in self.topics.pull("commands-b1", count)]

    def decisions(self, count: int) -> list[str]:
        return [json.loads(message.data)["path"] for message in self.topics.pull("functions", count)]


@pytest.fixture(params=["fake", "local", "pubsub"])
def adapter(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The emulator is started for its own case only."""
    if request.param == "fake":
        yield Faked()
        return
    if request.param == "local":
        adapter: Any = Local(request.getfixturevalue("port"))
    else:
        request.getfixturevalue("pubsub_host")
        adapter = PubSub(request.getfixturevalue("project"))
        adapter.topics.make(DECISIONS, "functions")
    yield adapter
    adapter.bus.close()


@pytest.fixture
def pubsub(pubsub_host: str, project: str) -> Iterator[PubSub]:
    adapter = PubSub(project)
    yield adapter
    adapter.bus.close()


def hold(command_id: str = "yard:1:0") -> Hold:
    return Hold(
        command_id=command_id,
        charge_point_id="CP/1",
        issued_at=START,
        expires_at=START + timedelta(minutes=1),
        connector=1,
        reservation_id=7,
        tag="TANN",
        until=START + timedelta(minutes=1),
    )


def test_a_command_arrives_whole(adapter):
    assert adapter.bus.command("b1", hold()) is CommandFate.SENT
    assert adapter.commands(1) == [hold()]


def test_commands_arrive_in_order(adapter):
    release = Release(
        command_id="2", charge_point_id="CP/1", issued_at=START, expires_at=START, connector=1, reservation_id=7
    )
    for command in (hold("1"), release, hold("3")):
        adapter.bus.command("b1", command)
    assert [command.command_id for command in adapter.commands(3)] == ["1", "2", "3"]


@pytest.mark.parametrize("adapter", ["fake", "local"], indirect=True)
@pytest.mark.parametrize("fate", ["sent", "not_connected", "expired", "repeat"])
def test_the_bridges_first_word_is_answered(adapter, fate):
    adapter.answers(fate)
    assert adapter.bus.command("b1", hold()) == fate


def test_a_decision_is_told_once(adapter):
    adapter.bus.decided("locations/x/decisions/1")
    adapter.bus.flush(10)
    assert adapter.decisions(1) == ["locations/x/decisions/1"]


def test_what_was_handed_over_has_left_after_a_flush(adapter):
    told = {f"locations/x/decisions/{number}" for number in range(50)}
    for path in told:
        adapter.bus.decided(path)
    adapter.bus.flush(10)
    assert set(adapter.decisions(50)) == told


def test_the_local_bus_shows_the_control_secret(port):
    bus = LocalBus(port.url, SECRET)
    bus.command("b1", hold())
    bus.close()
    assert port.authorizations == [f"Bearer {SECRET}"]


@pytest.mark.parametrize(
    "answer", [(401, b"{}"), (500, b""), (202, b"no json"), (202, b"{}"), (202, b"[]"), (202, b'{"status": "odd"}')]
)
def test_an_answer_that_is_none_is_a_failure_to_try_again(port, answer):
    port.answer = answer
    bus = LocalBus(port.url, SECRET)
    with pytest.raises(Unavailable):
        bus.command("b1", hold())
    bus.close()


def test_no_bridge_and_no_secret_are_failures_to_try_again(port):
    port.answer = (202, b'{"status": "sent"}')
    for url, secret in (("http://127.0.0.1:9", SECRET), (port.url, "")):
        bus = LocalBus(url, secret)
        with pytest.raises(Unavailable):
            bus.command("b1", hold())
        bus.close()
    assert port.taken == []


def test_without_a_worker_a_decision_waits_for_the_minute_job(port):
    bus = LocalBus(port.url, SECRET)
    bus.decided("locations/x/decisions/1")
    bus.close()
    assert port.taken == []


def refused(bus: PubSubBus, command: Command | None = None, bridge_id: str = "b1") -> str:
    """The reason, which is one line."""
    with pytest.raises(Unavailable) as error:
        bus.command(bridge_id, command or hold())
    assert "\n" not in str(error.value)
    return error.value.code


def test_a_published_command_says_what_it_is_beside_its_body(pubsub):
    pubsub.bus.command("b1", hold())
    (message,) = pubsub.topics.pull("commands-b1", 1)
    assert dict(message.attributes) == {
        "command_id": "yard:1:0",
        "charge_point_id": "CP/1",
        "expires_at": "2026-03-02T08:01:00Z",
    }
    assert message.ordering_key == "CP/1"


@pytest.mark.parametrize("bridge_id", ["b1", "Brücke 7/a", "x" * 64, "%", "..."])
def test_every_sensible_bridge_id_has_a_topic(pubsub, bridge_id):
    assert pubsub.bus.command(bridge_id, hold()) is CommandFate.SENT


@pytest.mark.parametrize("bridge_id", ["", "ü" * 64])
def test_a_bridge_id_that_fits_in_no_name_is_a_clear_failure(pubsub, bridge_id):
    assert refused(pubsub.bus, bridge_id=bridge_id) == "bus_no_topic"


def test_a_huge_command_is_not_sent(pubsub):
    huge = Ocpp(
        command_id="1",
        charge_point_id="CP1",
        issued_at=START,
        expires_at=START,
        action="DataTransfer",
        payload={"data": "x" * COMMAND_MOST_BYTES},
    )
    assert refused(pubsub.bus, huge) == "command_too_large"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (exceptions.NotFound("Resource not found"), "bus_no_topic"),
        (exceptions.PermissionDenied("User not authorized\nto perform this"), "bus_denied"),
        (exceptions.Unauthenticated("Request had invalid credentials"), "bus_denied"),
        (DefaultCredentialsError("Your default credentials were not found."), "bus_denied"),
        (exceptions.ResourceExhausted("Quota exceeded"), "bus_quota"),
        (exceptions.ServiceUnavailable("away"), "bus_unreachable"),
        (exceptions.InvalidArgument("Invalid resource name"), "bus_unreachable"),
        (exceptions.Unknown("?"), "bus_unreachable"),
    ],
)
def test_what_google_refuses_is_a_failure_with_its_reason(monkeypatch, error, code):
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    bus = PubSubBus("test-project", acknowledged_s=0.3)

    def refuse(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(bus, "_client", lambda: None)
    monkeypatch.setattr(bus, "_send", refuse)
    assert refused(bus) == code
    bus.decided("locations/x/decisions/1")
    bus.flush(5)
    bus.close()


def test_without_credentials_it_is_said_at_the_first_command(monkeypatch, tmp_path):
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    bus = PubSubBus("test-project")
    assert refused(bus) == "bus_denied"
    bus.close()


def test_while_pubsub_is_away_commands_fail_soon_and_nudges_cost_nothing(tmp_path, monkeypatch, project):
    with pubsub_emulator(tmp_path) as emulator:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", emulator.host)
        bus = PubSubBus(project, acknowledged_s=1.0)
        assert bus.command("b1", hold("1")) is CommandFate.SENT
        emulator.stop()
        began = time.monotonic()
        assert refused(bus, hold("2")) == "bus_unreachable"
        assert time.monotonic() - began < 3
        began = time.monotonic()
        for number in range(2 * NUDGES_MOST):
            bus.decided(f"locations/x/decisions/{number}")
        assert time.monotonic() - began < 1
        emulator.start()
        assert bus.command("b1", hold("3")) is CommandFate.SENT
        # What failed is not sent later behind the caller's back.
        found = [message.attributes["command_id"] for message in Topics(project).pull("commands-b1", 1)]
        assert found == ["3"]
        bus.close()
        bus.decided("locations/x/decisions/0")


def test_the_client_is_not_loaded_before_the_first_message():
    source = "import sys, services.adapters.pubsub_bus as b; b.PubSubBus('p').close(); print('grpc' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n"

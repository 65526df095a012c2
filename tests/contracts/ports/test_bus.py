"""What every bus does, the fake included; the local one over real HTTP to a stand-in of the control port."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from model.errors import Unavailable
from services.adapters.local_bus import LocalBus
from services.ports import CommandFate
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START
from wire.codec import decode_command
from wire.commands import Command, Hold, Release

SECRET = "control-secret-of-16"


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


class Adapter:
    """A bus, what it has carried, and how to make it answer."""

    def __init__(self, bus: Any, port: ControlPort | None) -> None:
        self.bus = bus
        self.port = port
        self.decided: list[str] = []
        if port is not None:
            bus.deliver_to(self.decided.append)

    @property
    def commands(self) -> list[Command]:
        return self.port.taken if self.port else [command for _, command in self.bus.commands]

    @property
    def decisions(self) -> list[str]:
        return self.decided if self.port else self.bus.decisions

    def answers(self, fate: str) -> None:
        if self.port:
            self.port.answer = (202, json.dumps({"status": fate}).encode())
        else:
            self.bus.fate = CommandFate(fate)


@pytest.fixture(params=["fake", "local"])
def adapter(request: pytest.FixtureRequest, port: ControlPort) -> Iterator[Adapter]:
    if request.param == "fake":
        yield Adapter(FakeBus(), None)
        return
    bus = LocalBus(port.url + "/", SECRET)
    yield Adapter(bus, port)
    bus.close()


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
    assert adapter.commands == [hold()]


def test_commands_arrive_in_order(adapter):
    release = Release(
        command_id="2", charge_point_id="CP1", issued_at=START, expires_at=START, connector=1, reservation_id=7
    )
    for command in (hold("1"), release, hold("3")):
        adapter.bus.command("b1", command)
    assert [command.command_id for command in adapter.commands] == ["1", "2", "3"]


@pytest.mark.parametrize("fate", ["sent", "not_connected", "expired", "repeat"])
def test_the_bridges_first_word_is_answered(adapter, fate):
    adapter.answers(fate)
    assert adapter.bus.command("b1", hold()) == fate


def test_a_decision_is_told_once(adapter):
    adapter.bus.decided("locations/x/decisions/1")
    assert adapter.decisions == ["locations/x/decisions/1"]


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

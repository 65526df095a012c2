"""A real bridge process between a stand-in API and real WebSocket charge points."""

import http.client
import json
import os
import re
import signal
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.bridge_api import TOKEN, FakeApi
from tests.fakes.charge_point import ChargePoint
from tests.fakes.nursery import NURSERY, Born

ROOT = Path(__file__).parents[3]
SECRET = "control-secret"


class BridgeProcess:
    """A process as of ``python -m ocpp_bridge``, on free ports; started again on the same spool."""

    def __init__(self, api: FakeApi, folder: Path) -> None:
        self.api = api
        self.spool = folder / "spool.db"
        self.errors = folder / "bridge.log"
        self.token_file = folder / "token"
        self.token_file.write_text(TOKEN + "\n")
        self.process: Born | None = None
        self.ocpp = self.control = ""

    def start(self, *more: str) -> None:
        arguments = [
            *("--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--api", self.api.root),
            *("--token-file", str(self.token_file), "--spool", str(self.spool), "--bridge-id", "b1"),
            *("--boot-pause-s", "0.01", *more),
        ]
        with self.errors.open("a") as errors:
            self.process = NURSERY.bridge(arguments, {**os.environ, "KILOWAIT_CONTROL_SECRET": SECRET}, errors)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening ocpp=(\S+) control=(\S+)\n", line)
        assert found, f"{line!r}; {self.errors.read_text()}"
        self.ocpp, self.control = found.groups()

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        assert self.process is not None
        code = self.process.wait(20)
        self.process.stdout.close()
        self.process = None
        return code

    def charge_point(self, name: str = "CP-1", **more: Any) -> ChargePoint:
        return ChargePoint(self.ocpp, name, **more)

    def command(self, verb: str, *, secret: str = SECRET, **fields: Any) -> tuple[int, dict[str, Any]]:
        """Post a command; (status, body). A fresh id unless given."""
        now = datetime.now(UTC)
        envelope = {
            "verb": verb,
            "command_id": uuid.uuid4().hex,
            "charge_point_id": "CP-1",
            "issued_at": now.isoformat(),
            "expires_at": (now + timedelta(seconds=60)).isoformat(),
        }
        return self.post("/commands", {**envelope, **fields}, secret)

    def post(self, path: str, body: Any, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, text = self._ask("POST", path, data, {"Authorization": f"Bearer {secret}"})
        answer: dict[str, Any] = json.loads(text)
        return status, answer

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.control.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake = FakeApi()
    fake.add_charge_point("CP-1")
    fake.add_tag("CARD-A", "KW-ANNA")
    fake.add_tag("CARD-B", "KW-BENO")
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def make_bridge(api: FakeApi, tmp_path: Path) -> Iterator[Callable[..., BridgeProcess]]:
    made: list[BridgeProcess] = []

    def make(*more: str) -> BridgeProcess:
        bridge = BridgeProcess(api, tmp_path)
        made.append(bridge)
        bridge.start(*more)
        return bridge

    yield make
    for bridge in made:
        if bridge.process is not None:
            bridge.kill()


@pytest.fixture
def bridge(make_bridge: Callable[..., BridgeProcess], api: FakeApi) -> BridgeProcess:
    started = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    return started

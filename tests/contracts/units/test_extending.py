"""The driver that docs/extending.md shows, as it stands there, in a whole bridge."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from aiohttp import web

from ocpp_bridge.units import kinds
from tests.contracts.units.conftest import TAG, Lot
from tests.contracts.units.stage import UNIT, Stage
from tests.e2e.world import wait_for
from tests.fakes.background import Background
from tests.fakes.bridge_api import FakeApi
from tests.fakes.bridge_in_process import BridgeInProcess

PAGE = Path(__file__).parents[3] / "docs" / "extending.md"


class Plug:
    """A stand-in smart plug."""

    def __init__(self) -> None:
        self.on = True
        self.wants_w = 0.0
        self.total_wmin = 12_000

    async def start(self) -> str:
        application = web.Application()
        application.router.add_get("/relay/0", self._relay)
        application.router.add_get("/meter/0", self._meter)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _relay(self, request: web.Request) -> web.Response:
        self.on = {"on": True, "off": False}.get(request.query.get("turn", ""), self.on)
        return web.json_response({"ison": self.on})

    async def _meter(self, _request: web.Request) -> web.Response:
        return web.json_response({"power": self.wants_w if self.on else 0.0, "total": self.total_wmin})


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's driver can be named in a units file."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    module = ModuleType("shown_on_the_page")
    exec(compile(source, str(PAGE), "exec"), module.__dict__)  # noqa: S102 -- our own page
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(kinds.KINDS, "shelly-plug", module.__name__)


@pytest.fixture
def plug() -> Plug:
    return Plug()


@pytest.fixture
def lot(background: Background, api: FakeApi, tmp_path: Path, plug: Plug, shown: None) -> Iterator[Lot]:
    address = background.run(plug.start())
    entry = f'[[unit]]\nid = "{UNIT}"\ndriver = "shelly-plug"\naddress = "{address}"\npoll_s = 0.05\nsample_s = 0.1\n'
    bridge = BridgeInProcess(background, api, tmp_path, entry)
    bridge.start()
    yield Lot(api, cast(Stage, None), bridge)
    bridge.stop()
    background.run(plug.stop())


def test_the_driver_on_the_page_is_as_tidy_as_ours() -> None:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    place = "--stdin-filename=ocpp_bridge/units/page.py"
    for check in (["check", "-q", place, "-"], ["format", "-q", "--check", place, "-"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check],
            input=source,
            text=True,
            cwd=PAGE.parents[1],
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_driver_on_the_page_keeps_a_hold_and_tells_a_charge(idle: Lot, plug: Plug) -> None:
    idle.hold()
    wait_for(lambda: not plug.on, why="it is held")
    assert idle.start()["outcome"] == "accepted"
    wait_for(lambda: plug.on, why="the holder is let in")
    plug.wants_w = 2300
    assert idle.until("transaction_started")["tag"] == TAG
    plug.total_wmin += 60_000
    idle.until_charged(1000)
    plug.wants_w = 0
    ended = idle.until("transaction_ended")
    assert ended["meter_stop_wh"] - idle.until("transaction_started")["meter_start_wh"] == 1000
    idle.until_status("available")
    wait_for(lambda: plug.on, why="whoever comes may charge")

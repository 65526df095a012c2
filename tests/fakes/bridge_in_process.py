"""A whole bridge on a loop beside the test: started in milliseconds, ended, and started again on the same spool."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from ocpp_bridge.process import Bridge
from ocpp_bridge.settings import Settings
from ocpp_bridge.units.units_file import read
from tests.fakes.background import Background
from tests.fakes.bridge_api import TOKEN, FakeApi

SECRET = "control secret"


class BridgeInProcess:
    """``units`` is the text of a units file."""

    def __init__(self, background: Background, api: FakeApi, folder: Path, units: str) -> None:
        self._background = background
        self._api = api
        self._folder = folder
        self._units = folder / "units.toml"
        self._units.write_text(units)
        self._units.chmod(0o600)
        self._bridge: Bridge | None = None

    def start(self) -> None:
        token_file = self._folder / "token"
        token_file.write_text(TOKEN)
        settings = Settings(
            listen=("127.0.0.1", 0),
            control=("127.0.0.1", 0),
            api=self._api.root,
            token_file=token_file,
            spool=self._folder / "spool.db",
            bridge_id="b1",
            control_secret=SECRET,
            config_s=0.1,
            meter_post_s=0.05,
            start_wait_s=30.0,
            units=tuple(read(self._units)),
        )

        async def begin() -> Bridge:
            bridge = Bridge(settings)
            await bridge.start()
            return bridge

        self._bridge = self._background.run(begin())

    def stop(self) -> None:
        if self._bridge is not None:
            self._background.run(self._bridge.stop())
            self._bridge = None

    @property
    def control_port(self) -> int:
        assert self._bridge is not None
        return self._bridge.control_port

    def command(self, verb: str, charge_point_id: str, **fields: Any) -> str:
        """Sent; the command's id."""
        now = datetime.now(UTC)
        command_id = uuid.uuid4().hex
        body = {
            "verb": verb,
            "command_id": command_id,
            "charge_point_id": charge_point_id,
            "issued_at": now.isoformat(),
            "expires_at": (now + timedelta(seconds=60)).isoformat(),
            **fields,
        }
        request = Request(
            f"http://127.0.0.1:{self.control_port}/commands",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {SECRET}"},
        )
        with urlopen(request, timeout=10) as answer:  # noqa: S310 -- our own port
            assert answer.status == 202
        return command_id

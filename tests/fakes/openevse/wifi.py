"""The stand-in's WiFi module: /status, /override, /config and /ws, as its public description has them."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.fakes.openevse.unit import DISABLED, MILLIVOLTS, SLEEPING, OpenEvse


def status_of(unit: OpenEvse) -> dict[str, Any]:
    """Every field it tells that matters."""
    return {
        "mode": "STA",
        "state": unit.evse,
        "status": "disabled" if unit.off else "active",
        "vehicle": int(unit.plugged),
        "amp": unit.current_ma,
        "voltage": MILLIVOLTS // 1000,
        "pilot": unit.limit_a,
        "session_energy": unit.session_ws / 3600,
        "total_energy": unit.lifetime_wh / 1000,
        "elapsed": unit.elapsed_s,
        "temp": False,
    }


def apply_override(unit: OpenEvse, wanted: dict[str, Any]) -> None:
    """What a manual override does to the unit."""
    if "charge_current" in wanted:
        unit.set_limit(int(wanted["charge_current"]))
    off = wanted.get("state") == "disabled"
    if off != (unit.off in {SLEEPING, DISABLED}):
        unit.switch("FS" if off else "FE")


class WifiUnit:
    """At a port of its own. ``has_socket`` False: an older one, which answers 404 at /ws."""

    def __init__(self, unit: OpenEvse, port: int, *, has_socket: bool = True) -> None:
        self.unit = unit
        self.has_socket = has_socket
        self.says: web.Response | None = None
        """Instead of its status."""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._port = port
        self._override: dict[str, Any] | None = None
        self._runner: web.AppRunner | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self._told: dict[str, Any] = {}
        self._sending: set[Any] = set()
        unit.changed.append(self._changed)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        application = web.Application()
        application.router.add_get("/status", self._status)
        application.router.add_get("/config", self._config)
        application.router.add_get("/override", self._get)
        application.router.add_post("/override", self._post)
        if self.has_socket:
            application.router.add_get("/ws", self._socket)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            for socket in list(self._sockets):
                await socket.close()
            await self._runner.cleanup()
            self._runner = None

    async def _status(self, _request: web.Request) -> web.Response:
        if self.says is not None:
            return web.Response(status=self.says.status, body=self.says.body)
        return web.json_response(status_of(self.unit))

    async def _config(self, _request: web.Request) -> web.Response:
        return web.json_response({"firmware": "8.1.1", "version": "5.1.2", "protocol": "-"})

    async def _get(self, _request: web.Request) -> web.Response:
        if self._override is None:
            return web.json_response({"msg": "no manual override"}, status=404)
        return web.json_response(self._override)

    async def _post(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        self.asked.append(("/override", wanted))
        self._override = wanted
        apply_override(self.unit, wanted)
        return web.json_response({"msg": "done"})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        await socket.send_str(json.dumps(status_of(self.unit)))
        try:
            async for _ in socket:
                pass
        finally:
            self._sockets.discard(socket)
        return socket

    def _changed(self) -> None:
        now = status_of(self.unit)
        changed = {name: value for name, value in now.items() if self._told.get(name) != value}
        self._told = now
        for socket in list(self._sockets):
            task = asyncio.get_running_loop().create_task(socket.send_str(json.dumps(changed)))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

"""The control port: the API's commands (with the shared secret), health and metrics (without)."""

import hmac
import json
from collections.abc import Callable

from aiohttp import web

from ocpp_bridge.commands.desk import CommandDesk
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.spool.disk import DiskRefused
from wire.codec import BadMessage, decode_command
from wire.topics import COMMAND_MOST_BYTES


class ControlServer:
    """``ready`` says why the bridge cannot serve, or "" when it can; ``troubles`` which units' links cannot be kept."""

    def __init__(
        self,
        desk: CommandDesk,
        metrics: Metrics,
        secret: str,
        ready: Callable[[], str],
        troubles: Callable[[], list[dict[str, str]]],
    ) -> None:
        self._desk = desk
        self._metrics = metrics
        self._secret = secret.encode()
        self._ready = ready
        self._troubles = troubles
        application = web.Application(client_max_size=COMMAND_MOST_BYTES)
        application.router.add_post("/commands", self._commands)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics_text)
        application.router.add_get("/units", self._units)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False)

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port. Raises ``OSError``."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        await self._runner.cleanup()

    async def _commands(self, request: web.Request) -> web.Response:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not hmac.compare_digest(_bytes(secret), self._secret):
            return _problem(401, "unauthorized", "the control secret is missing or wrong")
        try:
            command = decode_command(await request.read())
        except BadMessage as error:
            return _problem(400, "bad_message", str(error))
        try:
            taken = await self._desk.take(command)
        except DiskRefused as error:
            return _problem(503, "spool_unavailable", str(error))
        return web.json_response({"status": str(taken)}, status=202)

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readyz(self, _request: web.Request) -> web.Response:
        why = self._ready()
        if why:
            return web.json_response({"status": "not ready", "reason": why}, status=503)
        return web.json_response({"status": "ok"})

    async def _units(self, _request: web.Request) -> web.Response:
        return web.json_response({"troubles": self._troubles()})

    async def _metrics_text(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )


def _bytes(secret: str) -> bytes:
    """As they came: a header may hold any."""
    return secret.strip().encode(errors="surrogateescape")


def _problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return web.Response(status=status, text=json.dumps(body), content_type="application/problem+json", headers=headers)

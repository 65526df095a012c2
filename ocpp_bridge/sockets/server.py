"""The WebSocket server that charge points connect to."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets.charge_point_socket import ChargePointSocket, Strangers, socket_maker
from ocpp_bridge.sockets.door import Admitted, Handshake, NothingInCommon, TurnedAway, charge_point_id_of, judge

log = structlog.get_logger()
# asyncio's default of 100 drops connections when a whole site returns at once.
BACKLOG = 4096
FRAME_MOST = 256 * 1024
PING_S = 60.0
PINGS_AT_ONCE = 50
HANDSHAKE_S = 10.0
OFFERED = "Sec-WebSocket-Protocol"
PROTOCOL_ERROR = 1002
STRANGERS_MOST = 4096
"""Sockets at once whose handshake is not over."""


class ChargePointServer:
    """``refresh`` asks the API for its configuration once more (rate-limited), and says whether it may be asked again;
    ``serve_link`` runs a connection.

    ``turned_away`` hears of identities that nobody knows, with the family of their address.
    """

    def __init__(
        self,
        copy: LocalCopy,
        metrics: Metrics,
        refresh: Callable[[], Awaitable[bool]],
        serve_link: Callable[[ChargePointSocket, Admitted], Awaitable[None]],
        turned_away: Callable[[str, Handshake, int], None],
    ) -> None:
        self._copy = copy
        self._metrics = metrics
        self._refresh = refresh
        self._serve_link = serve_link
        self._turned_away = turned_away
        self._strangers = Strangers(STRANGERS_MOST)
        self._server: Server | None = None
        self._pinging: asyncio.Task[None] | None = None

    @property
    def ended(self) -> int:
        """How many sockets have, strangers among them."""
        return self._strangers.ended

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen; returns the port. Raises ``OSError``."""
        logger = logging.getLogger("websockets.server")
        # Port scans and broken handshakes would fill the log with stacks; what matters is logged here.
        logger.setLevel(logging.CRITICAL)
        self._server = await serve(
            self._handle,
            host,
            port,
            process_request=self._process_request,
            select_subprotocol=_select_subprotocol,
            create_connection=socket_maker(self._strangers),
            backlog=BACKLOG,
            max_size=FRAME_MOST,
            # Costs more memory than everything else of a connection, where it is agreed on.
            compression=None,
            # A task a connection, where one does for all (`_ping`).
            ping_interval=None,
            open_timeout=HANDSHAKE_S,
            close_timeout=3,
            server_header=None,
            logger=logger,
            ssl=tls,
        )
        self._pinging = asyncio.get_running_loop().create_task(self._ping(PING_S))
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def close(self) -> None:
        """Stop listening, end every socket politely (1001), wait for what they were doing."""
        if self._pinging is not None:
            self._pinging.cancel()
        if self._server is not None:
            self._server.close()
            self._strangers.end()
            try:
                async with asyncio.timeout(10):
                    await self._server.wait_closed()
            except TimeoutError:
                log.warning("some sockets did not end in time")

    async def _ping(self, every_s: float) -> None:
        """Some charge points never pong. A peer that is gone shows by TCP, or by long silence (`IdleWatch`)."""
        while self._server is not None:
            await asyncio.sleep(every_s)
            for number, socket in enumerate(self._server.connections):
                if number % PINGS_AT_ONCE == 0:
                    await asyncio.sleep(0)
                assert isinstance(socket, ChargePointSocket)  # noqa: S101 -- made by create_connection
                socket.ping_unanswered()

    async def _process_request(self, socket: ServerConnection, request: Request) -> Response | None:
        handshake = _handshake(socket, request)
        verdict = judge(handshake, self._copy)
        again = True
        while again and isinstance(verdict, TurnedAway) and verdict.stale:
            again = await self._refresh()
            verdict = judge(handshake, self._copy)
        if not isinstance(verdict, TurnedAway):
            self._metrics.handshakes.labels("101").inc()
            assert isinstance(socket, ChargePointSocket)  # noqa: S101 -- made by create_connection
            socket.verdict = verdict
            _leave_only(request, verdict.subprotocol if isinstance(verdict, Admitted) else None)
            return None
        self._metrics.handshakes.labels(str(int(verdict.status))).inc()
        if verdict.unknown:
            raw = socket.transport.get_extra_info("socket")
            self._turned_away(charge_point_id_of(request.path) or "", handshake, raw.family if raw else 0)
        log.warning("turned away", path=request.path[:200], status=int(verdict.status), why=verdict.text)
        response = socket.respond(verdict.status, verdict.text + "\n")
        if verdict.challenge:
            response.headers["WWW-Authenticate"] = 'Basic realm="Kilowait", charset="UTF-8"'
        if int(verdict.status) == 503:
            response.headers["Retry-After"] = "10"
        return response

    async def _handle(self, socket: ServerConnection) -> None:
        assert isinstance(socket, ChargePointSocket)  # noqa: S101 -- made by create_connection
        if isinstance(socket.verdict, NothingInCommon):
            log.warning("nothing in common", path=socket.request.path[:200] if socket.request else "")
            await socket.close(PROTOCOL_ERROR, socket.verdict.text)
            return
        socket.settle()
        try:
            await self._serve_link(socket, socket.admitted)
        except Exception:
            log.exception("a connection failed", charge_point=socket.admitted.charge_point_id)


def _handshake(socket: ServerConnection, request: Request) -> Handshake:
    headers = request.headers
    offered = [name.strip() for line in headers.get_all(OFFERED) for name in line.split(",")]
    tls = socket.transport.get_extra_info("ssl_object")
    return Handshake(
        path=request.path,
        authorization=headers.get_all("Authorization"),
        subprotocols=[name for name in offered if name],
        is_tls=tls is not None,
        client_name=_client_name(tls) if tls is not None else "",
    )


def _leave_only(request: Request, subprotocol: str | None) -> None:
    """Of what was offered, what is answered: `websockets` refuses a handshake for any other name it cannot read."""
    offered = request.headers.get_all(OFFERED)
    if offered and offered != [subprotocol]:
        del request.headers[OFFERED]
        if subprotocol is not None:
            request.headers[OFFERED] = subprotocol


def _client_name(tls: ssl.SSLObject) -> str:
    certificate = tls.getpeercert() or {}
    for part in certificate.get("subject", ()):
        for pair in part:
            if pair[0] == "commonName":
                return str(pair[1])
    return ""


def _select_subprotocol(socket: ServerConnection, _offered: object) -> Subprotocol | None:
    assert isinstance(socket, ChargePointSocket)  # noqa: S101 -- made by create_connection
    chosen = socket.verdict.subprotocol if isinstance(socket.verdict, Admitted) else None
    return None if chosen is None else Subprotocol(chosen)

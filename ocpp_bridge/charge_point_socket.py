"""A charge point's socket: `websockets`' own, told who was admitted, cheaper where thousands are idle or talk at once.

A peer that does not read is given up after a while, and of those that do not finish their handshake the oldest goes
when there are too many: nobody can hold what others need.
"""

import asyncio
from collections.abc import AsyncIterable, Iterable
from typing import Any

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.protocol import State
from websockets.typing import DataLike

from ocpp_bridge.door import Admitted

log = structlog.get_logger()
WRITE_S = 30.0
SPENT = Request("", Headers())
"""In place of each socket's request, which is of no use after the handshake and fills 2 KiB."""


class Strangers:
    """Sockets whose handshake is not over, oldest first. A handshake takes milliseconds: the oldest are no loss."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sockets: dict[ChargePointSocket, None] = {}

    def add(self, socket: "ChargePointSocket") -> None:
        self._sockets[socket] = None
        if len(self._sockets) > self._most:
            oldest = next(iter(self._sockets))
            del self._sockets[oldest]
            oldest.transport.abort()

    def discard(self, socket: "ChargePointSocket") -> None:
        self._sockets.pop(socket, None)


class ChargePointSocket(ServerConnection):
    """A socket that remembers who was admitted on it. ``strangers`` is set by who makes it."""

    admitted: Admitted
    strangers: Strangers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.strangers.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.strangers.discard(self)
        super().connection_lost(exc)

    def settle(self) -> None:
        """The handshake is over."""
        self.strangers.discard(self)
        self.request = SPENT
        self.response = None

    async def send(
        self, message: DataLike | Iterable[DataLike] | AsyncIterable[DataLike], *, text: bool | None = None
    ) -> None:
        """As `websockets` does, which takes a longer way also where nothing has to wait.

        A peer that has not read for ``WRITE_S`` is cut off. Raises ``ConnectionClosed``.
        """
        if type(message) is bytes and text and self._is_free():
            self.protocol.send_text(message)
            self.send_data()
            return
        try:
            async with asyncio.timeout(WRITE_S):
                await super().send(message, text=text)
        except TimeoutError:
            log.warning("a peer that does not read is cut off", charge_point=self.admitted.charge_point_id)
            self.transport.abort()
            await asyncio.shield(self.connection_lost_waiter)
            raise self.close_exc from None

    def ping_unanswered(self) -> None:
        """A ping whose pong nobody waits for: it keeps the way open, and TCP notices who is gone."""
        if self._is_free():
            self.protocol.send_ping(b"")
            self.send_data()

    def _is_free(self) -> bool:
        return self.protocol.state is State.OPEN and not self.paused and self.send_in_progress is None


def socket_maker(strangers: Strangers) -> Any:
    """What `websockets` makes its connections with."""

    def make(*arguments: Any, **named: Any) -> ChargePointSocket:
        socket = ChargePointSocket(*arguments, **named)
        socket.strangers = strangers
        return socket

    return make

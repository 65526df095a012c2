"""A charge point's socket: `websockets`' own, told who was admitted, cheaper where thousands are idle or talk at once.

A peer that does not read is given up after a while, and of those that do not finish their handshake the oldest goes
when there are too many: nobody can hold what others need.
"""

import asyncio
from collections.abc import AsyncIterable, Generator, Iterable
from typing import Any

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.protocol import State
from websockets.typing import DataLike

from ocpp_bridge.sockets.door import Admitted, NothingInCommon
from ocpp_bridge.sockets.plain_frames import frame_of, text_of

log = structlog.get_logger()
WRITE_S = 30.0
SPENT = Request("", Headers())
"""In place of each socket's request, which is of no use after the handshake and fills 2 KiB."""


class Strangers:
    """Sockets whose handshake is not over, oldest first. A handshake takes milliseconds: the oldest are no loss."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sockets: dict[ChargePointSocket, None] = {}
        self.ended = 0
        """Sockets that ended, also those that were no strangers any more."""

    def add(self, socket: "ChargePointSocket") -> None:
        self._sockets[socket] = None
        if len(self._sockets) > self._most:
            oldest = next(iter(self._sockets))
            del self._sockets[oldest]
            oldest.transport.abort()

    def discard(self, socket: "ChargePointSocket") -> None:
        self._sockets.pop(socket, None)

    def end(self) -> None:
        """Nobody waits for their handshakes any more."""
        for socket in list(self._sockets):
            socket.transport.abort()


class ChargePointSocket(ServerConnection):
    """A socket that remembers what the door said of it. ``strangers`` is set by who makes it."""

    verdict: Admitted | NothingInCommon
    strangers: Strangers
    _waiting: "asyncio.Future[bytes | None] | None" = None
    """Who waits for the next message; None as its result: `websockets` has it, or knows why there is none."""
    _between = False
    """All that came was whole messages, and `websockets` waits for the next."""

    @property
    def admitted(self) -> Admitted:
        """Who speaks here."""
        assert isinstance(self.verdict, Admitted)  # noqa: S101 -- others' sockets are ended at once
        return self.verdict

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.strangers.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.strangers.discard(self)
        self.strangers.ended += 1
        super().connection_lost(exc)
        self._wake(None)

    def data_received(self, data: bytes) -> None:
        if self._between and self._waiting is not None and (text := text_of(data)) is not None:
            self._wake(text)
            return
        super().data_received(data)
        protocol = self.protocol
        self._between = (
            protocol.state is State.OPEN
            and protocol.current_size is None
            and not protocol.reader.buffer
            and _waits_for_a_frame(protocol.parser)
        )
        if self.recv_messages.frames:
            self._wake(None)

    async def next_frame(self) -> bytes:
        """The next message, text or not. For one caller at a time. Raises ``ConnectionClosed``."""
        if not self.recv_messages.frames and not self.recv_messages.closed:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                text = await self._waiting
            finally:
                self._waiting = None
            if text is not None:
                return text
        return await self.recv(decode=False)

    def _wake(self, text: bytes | None) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(text)

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
            frame = frame_of(message)
            if frame is not None:
                self.transport.write(frame)
            else:
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


def _waits_for_a_frame(parser: Generator[None]) -> bool:
    """Whether a parser of `websockets` is at the beginning of a frame: within one it waits for bytes of it."""
    waits_in: Any = parser
    while (within := getattr(waits_in, "gi_yieldfrom", None)) is not None:
        waits_in = within
    return bool(getattr(waits_in, "__name__", "") == "at_eof")


def socket_maker(strangers: Strangers) -> Any:
    """What `websockets` makes its connections with."""

    def make(*arguments: Any, **named: Any) -> ChargePointSocket:
        socket = ChargePointSocket(*arguments, **named)
        socket.strangers = strangers
        return socket

    return make

"""A charge point's end of a WebSocket, as cheap as can be: the load generator must not be what is measured."""

import asyncio
import base64
from collections.abc import Callable

from tests.bench.ocpp.names import PASSWORD

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MASK = b"\0\0\0\0"
"""A mask of zeros is a mask: the payload goes out as it is."""


def request(name: str) -> bytes:
    """The handshake."""
    credentials = base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
    return (
        f"GET /ocpp/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic {credentials}\r\n\r\n"
    ).encode()


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One masked frame."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + MASK + payload
    return bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big") + MASK + payload


class Peer(asyncio.Protocol):
    """Calls ``on_open``, ``on_text`` and ``on_lost`` as things happen; the last with the HTTP status or reason."""

    __slots__ = ("_buffer", "is_open", "name", "on_close", "on_lost", "on_open", "on_text", "transport")

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_open = False
        self.on_open: Callable[[Peer], None] | None = None
        self.on_text: Callable[[Peer, bytes], None] | None = None
        self.on_lost: Callable[[Peer, str], None] | None = None
        self.on_close: Callable[[Peer, int], None] | None = None
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(request(self.name))

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self.on_lost is not None:
            self.on_lost(self, repr(error))

    def send(self, message: bytes) -> None:
        """A frame made by :func:`frame`."""
        self.transport.write(message)

    def drop(self) -> None:
        """Without a word, as when the power goes."""
        self.on_lost = None
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self.is_open:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                lost, self.on_lost = self.on_lost, None
                self.transport.abort()
                if lost is not None:
                    lost(self, head.partition(b"\r\n")[0].decode())
                return
            self.is_open = True
            if self.on_open is not None:
                self.on_open(self)
        self._buffer = self._frames(buffer)

    def _frames(self, buffer: bytes) -> bytes:
        """Every whole frame; what is left."""
        at = 0
        while len(buffer) - at >= 2:
            size, begin = buffer[at + 1], at + 2
            if size == 126:
                size, begin = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, begin = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < begin + size:
                break
            self._frame(buffer[at] & 15, buffer[begin : begin + size])
            at = begin + size
        return buffer[at:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT and self.on_text is not None:
            self.on_text(self, payload)
        elif opcode == PING:
            self.send(frame(payload, PONG))
        elif opcode == CLOSE and self.on_close is not None:
            self.on_close(self, int.from_bytes(payload[:2], "big"))

"""The two ways to a RAPI unit as one: a serial device (115200 8N1) or a TCP port, bytes in and bytes out."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ocpp_bridge.units.driver import BadEntry, LinkLost

BAUD = 115_200
CONNECT_S = 10.0
READ_MOST = 4096
NO_ADDRESS = "address is tcp://HOST:PORT or serial:///dev/DEVICE"


class Line(Protocol):
    """An open line."""

    async def read(self) -> bytes:
        """Some bytes. Raises :class:`LinkLost` at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Raises :class:`LinkLost`."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """``device`` of a serial line, or ``host`` and ``port``."""

    device: str = ""
    host: str = ""
    port: int = 0


def address_of(text: str) -> Address:
    """``tcp://host:port`` or ``serial:///dev/ttyUSB0``. Raises :class:`BadEntry`."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadEntry(NO_ADDRESS) from None  # Never what stands there: it may hold a password.
    if parts.scheme == "serial" and parts.path.startswith("/") and not parts.netloc:
        return Address(device=parts.path)
    if parts.scheme == "tcp" and parts.hostname and port and parts.path in {"", "/"}:
        return Address(host=parts.hostname, port=port)
    raise BadEntry(NO_ADDRESS)


@contextlib.asynccontextmanager
async def opened(address: Address) -> AsyncIterator[Line]:
    """Raises ``OSError`` or :class:`LinkLost` when it cannot be opened."""
    if address.device:
        line: _Serial | _Tcp = _Serial(address.device)
    else:
        try:
            async with asyncio.timeout(CONNECT_S):
                line = _Tcp(*await asyncio.open_connection(address.host, address.port))
        except TimeoutError as error:
            raise LinkLost(f"{address.host}:{address.port} does not answer") from error
    try:
        yield line
    finally:
        line.close()


class _Tcp:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        data = await self._reader.read(READ_MOST)
        if not data:
            raise LinkLost("the unit closed the connection")
        return data

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()


class _Serial:
    """The device's file descriptor watched by the loop: no thread, no polling."""

    def __init__(self, device: str) -> None:
        import serial  # noqa: PLC0415 -- only who has a serial unit needs it

        try:
            self._port = serial.Serial(device, BAUD, timeout=0, write_timeout=0, exclusive=True)
        except (serial.SerialException, ValueError) as error:
            raise LinkLost(f"{device}: {error}") from error
        self._device = device
        self._fd = self._port.fileno()
        self._heard = asyncio.StreamReader()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._fd, self._readable)

    async def read(self) -> bytes:
        data = await self._heard.read(READ_MOST)
        if not data:
            raise LinkLost(f"{self._device} is gone")
        return data

    async def write(self, data: bytes) -> None:
        try:
            sent = os.write(self._fd, data)
        except OSError as error:
            raise LinkLost(f"{self._device}: {error}") from error
        if sent < len(data):
            raise LinkLost(f"{self._device} takes no more bytes")

    def close(self) -> None:
        self._loop.remove_reader(self._fd)
        self._port.close()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_MOST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._heard.feed_data(data)
        else:  # Readable and nothing to read: it was pulled out.
            self._loop.remove_reader(self._fd)
            self._heard.feed_eof()

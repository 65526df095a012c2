"""The stand-in's RAPI: over TCP or a pseudo-terminal. Frames are built and read here anew, to judge the bridge's."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from pathlib import Path

from tests.fakes.openevse.unit import CONFIGURED_MOST_A, HARDWARE_MOST_A, LEAST_A, MILLIVOLTS, OpenEvse


def framed(text: str) -> bytes:
    """``text`` (from ``$`` on) with its checksum and end."""
    check = 0
    for byte in text.encode():
        check ^= byte
    return f"{text}^{check:02X}\r".encode()


class RapiUnit:
    """One unit's RAPI, whoever listens. ``noise`` goes out before each answer, ``deaf``: it answers nothing."""

    def __init__(self, unit: OpenEvse, *, tells: bool = True) -> None:
        self.unit = unit
        self.noise = b""
        self.deaf = False
        self.tells = tells
        """It sends ``$AT`` by itself."""
        self.refuses: set[str] = set()
        """Commands it answers with a bare no."""
        self.received: list[bytes] = []
        self._writers: list[Callable[[bytes], None]] = []
        unit.changed.append(self._changed)
        unit.booted.append(lambda: self._send(framed("$AB 00 D8.1.1")))

    def add(self, write: Callable[[bytes], None]) -> None:
        self._writers.append(write)

    def remove(self, write: Callable[[bytes], None]) -> None:
        self._writers.remove(write)

    def hear(self, line: bytes) -> None:
        """One line without its end."""
        self.received.append(line)
        if not self.deaf:
            self._send(self.noise + self._answer(line))

    def _answer(self, line: bytes) -> bytes:
        body, mark, check = line.rpartition(b"^")
        total = 0
        for byte in body:
            total ^= byte
        if mark != b"^" or len(line) > 31 or check.upper() != f"{total:02X}".encode():
            return framed("$NK")
        words = body.decode().removeprefix("$").split()
        sequence = f" {words.pop()}" if words[-1].startswith(":") else ""
        return framed(f"${self._said(words)}{sequence}")

    def _said(self, words: list[str]) -> str:
        unit = self.unit
        if words[0] in self.refuses:
            return "NK"
        match words:
            case ["GV"]:
                return "OK D8.1.1 5.1.0"
            case ["GS"]:
                return f"OK {unit.evse:02x} {unit.elapsed_s} {unit.pilot:02x} {unit.vflags:04x}"
            case ["GG"]:
                return f"OK {unit.current_ma} {MILLIVOLTS}"
            case ["GU"]:
                return f"OK {unit.session_ws} {unit.lifetime_wh}"
            case ["GC"]:
                return f"OK {LEAST_A} {HARDWARE_MOST_A} {unit.limit_a} {CONFIGURED_MOST_A}"
            case ["FE" | "FS" | "FD" as word]:
                unit.switch(word)
                return "OK"
            case ["FR"]:
                unit.restart()
                return "OK"
            case ["SC", amperes, "V"]:
                taken = unit.set_limit(int(amperes))
                return "OK" if taken == int(amperes) else f"NK {taken}"
            case _:
                return "NK"

    def _changed(self) -> None:
        if self.tells:
            unit = self.unit
            self._send(framed(f"$AT {unit.evse:02x} {unit.pilot:02x} {unit.limit_a} {unit.vflags:04x}"))

    def _send(self, data: bytes) -> None:
        for write in list(self._writers):
            write(data)


class TcpUnit:
    """At a port of its own; it can be gone for a while and come back there."""

    def __init__(self, rapi: RapiUnit, port: int) -> None:
        self.rapi = rapi
        self.unit = rapi.unit
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self._port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self.rapi.add(writer.write)
        writer.write(b"ESP gateway ready\r\n")
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    self.rapi.hear((await reader.readuntil(b"\r")).removesuffix(b"\r"))
        finally:
            self.rapi.remove(writer.write)
            self._open.discard(writer)
            writer.close()


class PtyUnit:
    """Behind a pseudo-terminal, as behind a USB adapter. Gone: it is pulled out, and the path leads nowhere."""

    def __init__(self, rapi: RapiUnit, link: Path) -> None:
        self.rapi = rapi
        self.unit = rapi.unit
        self._link = link
        self._ends: tuple[int, int] | None = None
        self._rest = b""

    @property
    def address(self) -> str:
        return f"serial://{self._link}"

    async def start(self) -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(theirs))
        self._ends = (ours, theirs)
        self.rapi.add(self._write)
        asyncio.get_running_loop().add_reader(ours, self._read)

    async def stop(self) -> None:
        if self._ends is None:
            return
        asyncio.get_running_loop().remove_reader(self._ends[0])
        self.rapi.remove(self._write)
        self._link.unlink()
        for end in self._ends:
            os.close(end)
        self._ends = None

    def _write(self, data: bytes) -> None:
        if self._ends is not None:
            os.write(self._ends[0], data)

    def _read(self) -> None:
        if self._ends is None:
            return
        with contextlib.suppress(BlockingIOError):
            *lines, self._rest = (self._rest + os.read(self._ends[0], 4096)).split(b"\r")
            for line in lines:
                self.rapi.hear(line)

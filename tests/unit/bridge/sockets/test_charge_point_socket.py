"""Peers that do not read, and peers that never finish their handshake."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets import charge_point_socket, server
from ocpp_bridge.sockets.charge_point_socket import SPENT, ChargePointSocket
from ocpp_bridge.sockets.door import Admitted
from ocpp_bridge.sockets.server import ChargePointServer
from ocpp_bridge.spool.copy_rows import StoredCopy
from tests.unit.bridge.sockets.test_server_pings import REQUEST
from wire.questions import ChargePointConfig

Serve = Callable[[ChargePointSocket, Admitted], Awaitable[None]]


async def serving(serve_link: Serve) -> tuple[ChargePointServer, int]:
    """A server that lets ``CP-1`` in, and its port."""
    open_door = ChargePointConfig(charge_point_id="CP-1", security_profile=0)
    copy = LocalCopy(StoredCopy("1", [open_door], [], []))

    async def refresh() -> bool:
        """Nothing newer."""
        return False

    found = ChargePointServer(copy, Metrics(), refresh, serve_link, lambda *_: None)
    return found, await found.start("127.0.0.1", 0, None)


def test_a_peer_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charge_point_socket, "WRITE_S", 0.1)

    async def run() -> None:
        cut_off: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def talk(socket: ChargePointSocket, _admitted: Admitted) -> None:
            sent = 0
            try:
                while True:
                    await socket.send(b"x" * 50_000, text=True)
                    sent += 1
            except ConnectionClosed:
                cut_off.set_result(sent)

        found, port = await serving(talk)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(10):
            assert await cut_off < 2_000
        writer.close()
        await found.close()

    asyncio.run(run())


def test_of_too_many_unfinished_handshakes_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "STRANGERS_MOST", 3)

    async def run() -> None:
        met: list[ChargePointSocket] = []

        async def wait(socket: ChargePointSocket, _admitted: Admitted) -> None:
            met.append(socket)
            await socket.wait_closed()

        found, port = await serving(wait)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        async with asyncio.timeout(10):
            for gone, _ in slow[:2]:
                assert await gone.read() == b""
        assert not any(kept.at_eof() for kept, _ in [(reader, writer), *slow[2:]])
        assert [socket.request is SPENT for socket in met] == [True]
        for _, each in [*slow, (reader, writer)]:
            each.close()
        await found.close()

    asyncio.run(run())


def test_a_handshake_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_S", 0.1)

    async def run() -> None:
        async def never(_socket: ChargePointSocket, _admitted: Admitted) -> None:
            raise AssertionError("it did not finish its handshake")

        found, port = await serving(never)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST[:-5])
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        await found.close()

    asyncio.run(run())


def masked(payload: bytes, first: int = 0x81, mask: bytes = b"\x0f\xf0\x55\xaa") -> bytes:
    """A frame as a charge point sends it."""
    size = len(payload)
    short = bytes((0x80 | size,)) if size < 126 else b"\xfe"
    length = (
        short if size < 126 else short + size.to_bytes(2, "big") if size < 2**16 else b"\xff" + size.to_bytes(8, "big")
    )
    return bytes((first,)) + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


LONG = b"l" * 70_000
CHUNKS: dict[str, tuple[list[bytes], list[bytes]]] = {
    "one a chunk": ([masked(b"a"), masked(b"b" * 900), masked(b"")], [b"a", b"b" * 900, b""]),
    "two in one chunk": ([masked(b"a") + masked(b"b"), masked(b"c")], [b"a", b"b", b"c"]),
    "one in two chunks": ([masked(b"a"), masked(b"bcd")[:7], masked(b"bcd")[7:], masked(b"e")], [b"a", b"bcd", b"e"]),
    "a head alone": ([masked(b"a"), masked(b"bcd")[:2], masked(b"bcd")[2:], masked(b"e")], [b"a", b"bcd", b"e"]),
    "what looks like a frame within a frame": (
        [masked(b"a"), masked(masked(b"b"), mask=b"\0\0\0\0")[:6], masked(b"b"), masked(b"c")],
        [b"a", masked(b"b"), b"c"],
    ),
    "fragments": ([masked(b"a"), masked(b"b", 0x01), masked(b"c", 0x80), masked(b"d")], [b"a", b"bc", b"d"]),
    "a ping between": ([masked(b"a"), masked(b"p", 0x89), masked(b"b")], [b"a", b"b"]),
    "a pong between fragments": (
        [masked(b"a"), masked(b"b", 0x01), masked(b"p", 0x8A), masked(b"c", 0x80), masked(b"d")],
        [b"a", b"bc", b"d"],
    ),
    "bytes": ([masked(b"a"), masked(b"b", 0x82), masked(b"c")], [b"a", b"b", b"c"]),
    "long ones": ([masked(b"a"), masked(LONG), masked(b"c")], [b"a", LONG, b"c"]),
}


@pytest.mark.parametrize(("chunks", "messages"), CHUNKS.values(), ids=CHUNKS.keys())
def test_messages_arrive_whole_and_in_order_however_they_are_cut(chunks: list[bytes], messages: list[bytes]) -> None:
    async def run() -> None:
        heard: list[bytes] = []
        met: asyncio.Future[ChargePointSocket] = asyncio.get_running_loop().create_future()

        async def listen(socket: ChargePointSocket, _admitted: Admitted) -> None:
            met.set_result(socket)
            with contextlib.suppress(ConnectionClosed):
                while True:
                    heard.append(await socket.next_frame())

        found, port = await serving(listen)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        socket = await met
        for chunk in chunks:
            socket.data_received(chunk)  # as the network would cut them
            for _ in range(5):
                await asyncio.sleep(0)
        assert heard == messages
        socket.data_received(masked(b"\x03\xe8", 0x88))
        async with asyncio.timeout(5):
            assert (await reader.read()).endswith(b"\x88\x02\x03\xe8")
        writer.close()
        await found.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"\x81\x01a", 1002),
        (masked(b"a", 0xC1), 1002),
        (masked(b"a", 0x80), 1002),
        (masked(b"a", 0x83), 1002),
        (b"\x81\xff" + (2**32).to_bytes(8, "big") + b"mask", 1009),
    ],
    ids=["no mask", "an extension nobody agreed on", "a rest of nothing", "an unknown kind", "absurdly long"],
)
def test_what_is_no_frame_ends_the_connection_also_after_whole_messages(broken: bytes, code: int) -> None:
    async def run() -> None:
        ended: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

        async def listen(socket: ChargePointSocket, _admitted: Admitted) -> None:
            assert await socket.next_frame() == b"whole"
            with pytest.raises(ConnectionClosed):
                await socket.next_frame()
            ended.set_result(socket.close_code)

        found, port = await serving(listen)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked(b"whole"))
        writer.write(broken)
        async with asyncio.timeout(5):
            said = await reader.read(4)
            writer.close()
            await ended
        assert int.from_bytes(said[2:4], "big") == code
        await found.close()

    asyncio.run(run())


def test_whole_messages_do_not_take_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is for; should `websockets` change inside, all is as before but slower, and this says so."""
    parsed: list[int] = []
    by_the_library = ServerConnection.data_received

    def data_received(socket: ServerConnection, data: bytes) -> None:
        parsed.append(len(data))
        by_the_library(socket, data)

    monkeypatch.setattr(ServerConnection, "data_received", data_received)

    async def run() -> None:
        async def echo(socket: ChargePointSocket, _admitted: Admitted) -> None:
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await socket.send(await socket.next_frame(), text=True)

        found, port = await serving(echo)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(5):
            writer.write(masked(b"again"))
            assert await reader.readexactly(7) == b"\x81\x05again"
        assert len(parsed) <= 2  # the handshake, and what came before anybody listened
        writer.close()
        await found.close()

    asyncio.run(run())

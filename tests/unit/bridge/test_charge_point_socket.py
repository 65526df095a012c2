"""Peers that do not read, and peers that never finish their handshake."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from websockets.exceptions import ConnectionClosed

from ocpp_bridge import charge_point_socket, server
from ocpp_bridge.charge_point_socket import SPENT, ChargePointSocket
from ocpp_bridge.door import Admitted
from ocpp_bridge.local_copy import LocalCopy
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.server import ChargePointServer
from ocpp_bridge.spool.copy_rows import StoredCopy
from tests.unit.bridge.test_server_pings import REQUEST
from wire.questions import ChargePointConfig

Serve = Callable[[ChargePointSocket, Admitted], Awaitable[None]]


async def serving(serve_link: Serve) -> tuple[ChargePointServer, int]:
    """A server that lets ``CP-1`` in, and its port."""
    open_door = ChargePointConfig(charge_point_id="CP-1", security_profile=0)
    copy = LocalCopy(StoredCopy("1", [open_door], [], []))

    async def refresh() -> None:
        """Nothing newer."""

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

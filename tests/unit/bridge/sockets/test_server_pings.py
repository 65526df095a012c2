"""A charge point that never answers a ping is no dead charge point."""

import asyncio
import base64

import pytest

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets import server
from ocpp_bridge.sockets.charge_point_socket import ChargePointSocket
from ocpp_bridge.sockets.door import Admitted
from ocpp_bridge.sockets.server import ChargePointServer
from ocpp_bridge.spool.copy_rows import StoredCopy
from wire.questions import ChargePointConfig

REQUEST = (
    "GET /ocpp/CP-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {base64.b64encode(b'0' * 16).decode()}\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
).encode()
PING = 0x89


def test_a_peer_that_never_pongs_stays_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PING_S", 0.02)
    open_door = ChargePointConfig(charge_point_id="CP-1", security_profile=0)
    copy = LocalCopy(StoredCopy("1", [open_door], [], []))
    ended = asyncio.Event

    async def refresh() -> bool:
        """Nothing newer."""
        return False

    async def run() -> None:
        gone = ended()

        async def serve_link(socket: ChargePointSocket, _admitted: Admitted) -> None:
            await socket.wait_closed()
            gone.set()

        charge_points = ChargePointServer(copy, Metrics(), refresh, serve_link, lambda *_: None)
        port = await charge_points.start("127.0.0.1", 0, None)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(10):
            async with asyncio.timeout(5):
                first, length = await reader.readexactly(2)
                await reader.readexactly(length)
            assert first == PING
        assert not gone.is_set()
        writer.close()
        async with asyncio.timeout(5):
            await gone.wait()
        await charge_points.close()

    asyncio.run(run())

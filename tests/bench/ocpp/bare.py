"""``python -m tests.bench.ocpp.bare``: the yardstick, a bare `websockets` server that answers a constant."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

ANSWER = '[3,"1",{"status":"Accepted","interval":300,"currentTime":"2026-01-01T00:00:00.000Z"}]'
BACKLOG = 4096
"""As the bridge's: the default of 100 drops connections in a storm."""


async def answer(socket: ServerConnection) -> None:
    """The constant, to every frame."""
    async for _ in socket:
        await socket.send(ANSWER)


async def main() -> None:
    """Until killed. Its first line is its port."""
    async with serve(answer, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], backlog=BACKLOG) as server:
        sys.stdout.write(f"{next(iter(server.sockets)).getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

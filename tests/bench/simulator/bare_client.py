"""``python -m tests.bench.simulator.bare_client ADDRESS COUNT``: the yardstick, `websockets` clients that say what a
charge point says, from constants, and keep nothing.

Each line on its standard input is a verb, answered with a number: ``boot`` = all connect, boot and tell their statuses;
``meter SECONDS`` = each sends a meter value a second; ``hang_up``.
"""

import asyncio
import sys
import time

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

BOOT = '[2,"%d","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"M1","firmwareVersion":"1.0"}]'
STATUS = '[2,"%d","StatusNotification",{"connectorId":%d,"errorCode":"NoError","status":"Available"}]'
VALUES = (
    ("Energy.Active.Import.Register", "1000", "Wh", None),
    ("Power.Active.Import", "11000", "W", None),
    *(("Current.Import", "15.9", "A", phase) for phase in ("L1", "L2", "L3")),
    ("SoC", "41", "Percent", None),
)
SAMPLES = [
    {"value": value, "context": "Sample.Periodic", "measurand": measurand, "unit": unit, "location": "Outlet"}
    | ({"phase": phase} if phase else {})
    for measurand, value, unit, phase in VALUES
]
METER = (
    '[2,"%d","MeterValues",{"connectorId":1,"transactionId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00.000Z",'
    f'"sampledValue":{msgspec.json.encode(SAMPLES).decode()}' + "}]}]"
)
EVERY_S = 1.0


class Clients:
    """All of them, on the running loop."""

    def __init__(self, address: str, count: int) -> None:
        self._address = address
        self._count = count
        self._sockets: list[ClientConnection] = []
        self._sent = 0

    async def hang_up(self) -> int:
        """Close what is open; how many were."""
        sockets, self._sockets = self._sockets, []
        await asyncio.gather(*(socket.close() for socket in sockets))
        return len(sockets)

    async def boot(self) -> float:
        """Seconds until the last one was answered everything."""
        began_s = time.perf_counter()
        await asyncio.gather(*(self._boot(number) for number in range(self._count)))
        return time.perf_counter() - began_s

    async def _boot(self, number: int) -> None:
        socket = await connect(
            f"{self._address}/B-{number}", subprotocols=[Subprotocol("ocpp1.6")], compression=None, proxy=None
        )
        self._sockets.append(socket)
        await self._ask(socket, BOOT % 1)
        await self._ask(socket, STATUS % (2, 0))
        await self._ask(socket, STATUS % (3, 1))

    async def meter(self, seconds: float) -> int:
        """How many were answered in so many seconds."""
        self._sent = 0
        until_s = time.perf_counter() + seconds
        await asyncio.gather(*(self._meter(place, socket, until_s) for place, socket in enumerate(self._sockets)))
        return self._sent

    async def _meter(self, place: int, socket: ClientConnection, until_s: float) -> None:
        # Spread over the first second, as cars come.
        due_s = time.perf_counter() + EVERY_S * place / self._count
        while due_s < until_s:
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            due_s += EVERY_S
            await self._ask(socket, METER % 4)
            self._sent += 1

    async def _ask(self, socket: ClientConnection, text: str) -> None:
        await socket.send(text)
        await socket.recv()


async def main(address: str, count: int) -> None:
    """Until standard input ends."""
    clients = Clients(address, count)
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    while words := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        found = await getattr(clients, words[0])(*map(float, words[1:]))
        print(msgspec.json.encode(found).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

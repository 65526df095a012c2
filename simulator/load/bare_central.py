"""``python -m simulator.load.bare_central``: the least central system there can be. It accepts everything and keeps
nothing, so that load tests can be tried, and the simulator measured, without another one.
"""

import asyncio
import itertools
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

BACKLOG = 4096
HEARTBEAT_S = 300
PROTOCOLS = [Subprotocol("ocpp1.6"), Subprotocol("ocpp2.0.1")]
ACCEPTED = frozenset({
    "DataTransfer", "SignCertificate", "GetCertificateStatus", "NotifyEVChargingNeeds", "NotifyEVChargingSchedule",
})  # fmt: skip

_transactions = itertools.count(1)


def answer(action: str, protocol: str | None) -> dict[str, Any]:
    """A CALLRESULT's payload, the shortest that the schema allows."""
    accepted = {"status": "Accepted"}
    match action, protocol:
        case "BootNotification", _:
            return {**accepted, "currentTime": _now(), "interval": HEARTBEAT_S}
        case "Heartbeat", _:
            return {"currentTime": _now()}
        case "Authorize", "ocpp2.0.1":
            return {"idTokenInfo": accepted}
        case "Authorize", _:
            return {"idTagInfo": accepted}
        case "StartTransaction", _:
            return {"transactionId": next(_transactions), "idTagInfo": accepted}
        case "Get15118EVCertificate", _:
            return {**accepted, "exiResponse": ""}
    return accepted if action in ACCEPTED else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def converse(socket: ServerConnection) -> None:
    """Answer every call; take no notice of anything else."""
    protocol = socket.subprotocol
    async for text in socket:
        match msgspec.json.decode(text):
            case [2, str(unique_id), str(action), *_]:
                result = [3, unique_id, answer(action, protocol)]
                await socket.send(msgspec.json.encode(result).decode())


async def main() -> None:
    """Until it is told to end. Its first line is its address."""
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    async with serve(
        converse, "127.0.0.1", 0, subprotocols=PROTOCOLS, backlog=BACKLOG, compression=None, close_timeout=1
    ) as server:
        sys.stdout.write(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ocpp\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())

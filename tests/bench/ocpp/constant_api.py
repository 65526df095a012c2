"""``python -m tests.bench.ocpp.constant_api COUNT``: a stand-in for the API that answers at once and keeps nothing.

It knows the charge points ``B-0`` to ``B-<COUNT-1>``, 100 a location, and takes every event and every tag.
"""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from tests.bench.ocpp.names import PASSWORD, name_of

A_LOCATION = 100


class _Seen(msgspec.Struct):
    charge_point_id: str
    seq: int
    kind: str


class _Batch(msgspec.Struct):
    events: list[_Seen]


def config(count: int) -> dict[str, Any]:
    """What `GET /api/bridge/config` answers."""
    digest = hashlib.sha256(PASSWORD.encode()).hexdigest()
    points = [
        {
            "charge_point_id": name_of(number),
            "password_sha256": [digest],
            "connectors": {"1": f"site-{number // A_LOCATION}:c{number}"},
        }
        for number in range(count)
    ]
    return {"cursor": "1", "complete": True, "charge_points": points, "tags": [], "holds": []}


class Answering(asyncio.Protocol):
    """One connection of the bridge's HTTP client: a request at a time, with a length."""

    def __init__(self, config: bytes) -> None:
        self._config = config
        self._buffer = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end])
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0
            )
            if len(self._buffer) < end + 4 + length:
                return
            body = bytes(self._buffer[end + 4 : end + 4 + length])
            del self._buffer[: end + 4 + length]
            self._answer(head.split(b" ", 2)[1], body)

    def _answer(self, path: bytes, body: bytes) -> None:
        if path == b"/api/events":
            results = [
                {"charge_point_id": event.charge_point_id, "seq": event.seq, "outcome": "applied"}
                | ({"tag_status": "Accepted"} if event.kind.startswith("transaction") else {})
                for event in msgspec.json.decode(body, type=_Batch).events
            ]
            answer = msgspec.json.encode({"results": results, "server_time": datetime.now(UTC)})
        elif path.startswith(b"/api/bridge/config"):
            # Nothing ever changes.
            answer = b'{"config":{"cursor":"1","complete":false}}' if b"since=" in path else self._config
        else:
            answer = b'{"authorize":{"tag_status":"Accepted"}}'
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


async def main(count: int) -> None:
    """Until killed. Its first line is its port."""
    found = msgspec.json.encode({"config": config(count)})
    server = await asyncio.get_running_loop().create_server(lambda: Answering(found), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

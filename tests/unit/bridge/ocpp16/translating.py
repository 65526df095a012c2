"""How these tests talk to the translator: frames as Python values, at a fixed time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.translation import Received
from ocpp_bridge.watching.open_transactions import OpenTransactions

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CONNECTED_AT = NOW - timedelta(hours=1)


def translator(transactions: OpenTransactions | None = None, connected_at: datetime = CONNECTED_AT) -> Ocpp16:
    return Ocpp16("CP-1", connected_at, 300, transactions or OpenTransactions())


def receive(frame: Any, by: Ocpp16 | None = None, at: datetime = NOW) -> Received:
    data = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    return (by or translator()).receive(data, at)


def call(action: str, payload: Any, by: Ocpp16 | None = None, at: datetime = NOW) -> Received:
    return receive([2, "m1", action, payload], by, at)


def frames(received: Received) -> list[Any]:
    return [json.loads(frame) for frame in received.frames]


def error_code(received: Received) -> str:
    (frame,) = frames(received)
    assert frame[:2] == [4, "m1"]
    code: str = frame[2]
    return code

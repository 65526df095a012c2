"""A charge point that never stops talking leaves the others their turn."""

import asyncio
from typing import Any, cast

import structlog
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosedOK

from ocpp_bridge.clock import Clock
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets import link as link_module
from ocpp_bridge.sockets.link import FRAMES_AT_ONCE, REFUSALS_LOGGED, Link, LinkPorts
from ocpp_bridge.translation import Received, Translator
from ocpp_bridge.watching.open_transactions import OpenTransactions

FRAMES = 800


class Flood:
    """A socket with a frame always at hand, so that reading it never waits."""

    close_code = None

    def __init__(self) -> None:
        self.left = FRAMES

    async def next_frame(self) -> bytes:
        if not self.left:
            raise ConnectionClosedOK(None, None)
        self.left -= 1
        return b"[]"

    async def send(self, frame: bytes, *, text: bool) -> None:
        """Never waits either."""


class Refuser:
    """Finds every frame bad."""

    def receive(self, _frame: bytes, _now: object) -> Received:
        return Received(frames=(b"no",), note="not a frame")


async def flooded() -> int:
    """How often others had a turn while the flood was read."""
    unused = cast(Any, None)
    ports = LinkPorts(unused, unused, unused, Clock(), Metrics(), unused)
    link = Link(cast(Any, Flood()), "CP-1", 1, cast(Translator, Refuser()), OpenTransactions(), ports)
    reading = asyncio.create_task(link.run(lambda _link: None))
    turns = 0
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    await reading
    return turns


def test_others_have_their_turn_during_a_flood() -> None:
    assert asyncio.run(flooded()) >= FRAMES // FRAMES_AT_ONCE


def test_a_flood_of_bad_frames_does_not_fill_the_log(monkeypatch: Any) -> None:
    monkeypatch.setattr(link_module, "log", structlog.get_logger())
    with capture_logs() as logs:
        asyncio.run(flooded())
    assert len(logs) == REFUSALS_LOGGED

"""A charge point on a bad line: its socket drops, its frames are late, doubled, and said again long after."""

import json
import random
import threading
import time
import uuid
from collections import Counter, deque
from contextlib import suppress
from typing import Any

import websocket

from tests.e2e.box import CALL, Box, Refused

LATE_S = 0.4
MOST_KEPT = 6
ANSWERED_WITHIN_S = 120.0
AGAIN_S = 0.2
KEPT = {"StartTransaction", "MeterValues", "StopTransaction"}
"""What charge points keep until it is answered. A status said again long after would be another fact."""


class RoughBox(Box):
    """``line`` counts what happened to it. ``chance`` decides, so that a seed tells what each box does."""

    def __init__(self, central: str, charge_point_id: str, password: str, chance: random.Random) -> None:
        super().__init__(central, charge_point_id, password)
        self.line: Counter[str] = Counter()
        self._chance = chance
        self._said: deque[list[Any]] = deque(maxlen=MOST_KEPT)
        self._counting = threading.Lock()

    def call(self, action: str, payload: dict[str, Any], within_s: float = ANSWERED_WITHIN_S) -> dict[str, Any]:
        """As usual; what cannot be stored now is said again."""
        until = time.monotonic() + within_s
        while True:
            if self._chance.random() < 0.06:
                self.away(self._chance.uniform(0, 1.5))
            try:
                return super().call(action, payload, until - time.monotonic())
            except Refused as refused:
                if "InternalError" not in str(refused) or time.monotonic() > until:
                    raise
                self._count("said again")
                time.sleep(AGAIN_S)

    def away(self, seconds: float) -> None:
        """Without a network for a while. It comes back as soon as the central system is there."""
        self._count("drops")
        self._away.set()
        self._cut()
        self._over.wait(seconds)
        self._away.clear()

    def _count(self, what: str) -> None:
        with self._counting:
            self.line[what] += 1

    def _send(self, socket: websocket.WebSocket, frame: list[Any]) -> None:
        if frame[0] != CALL:
            super()._send(socket, frame)
            return
        what = self._chance.random()
        if what < 0.1:
            self._count("delayed")
            time.sleep(self._chance.uniform(0, LATE_S))
        super()._send(socket, frame)
        if frame[2] in KEPT:
            self._said.append(frame)
        if what > 0.93:
            self._count("doubled")
            super()._send(socket, frame)
        elif what > 0.88 and self._said:
            self._count("told again later")
            old = list(self._said[0])
            old[1] = str(uuid.uuid4())
            with suppress(OSError, websocket.WebSocketException), self._sending:
                socket.send(json.dumps(old))

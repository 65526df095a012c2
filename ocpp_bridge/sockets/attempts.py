"""Identities that nobody knows and that wanted in: a few are remembered and told to the API, in memory only.

Whoever can reach the port can make up any number of them: what is kept, and how often it is told, is bounded, and one
that comes again outlasts those that came once.
"""

import asyncio
import socket

import msgspec
import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.clock import Clock
from ocpp_bridge.sockets.door import Handshake
from wire.attempts import MOST_ATTEMPTS, Attempt, AttemptReport

log = structlog.get_logger()
NEW_S = 10.0
AGAIN_S = 300.0
MOST_TOLD = 500
MOST_SUBPROTOCOLS = 5
MOST_SUBPROTOCOL_CHARS = 32
_FAMILIES = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}


class Attempts:
    """New identities are told within ``new_s``, more attempts of those already told every ``again_s``."""

    def __init__(self, api: ApiClient, clock: Clock, new_s: float = NEW_S, again_s: float = AGAIN_S) -> None:
        self._api = api
        self._clock = clock
        self._new_s = new_s
        self._again_s = again_s
        self._waiting: dict[str, Attempt] = {}
        self._told: dict[str, float] = {}

    def note(self, charge_point_id: str, handshake: Handshake, family: int) -> None:
        """An unknown identity was turned away."""
        now = self._clock.now()
        known = self._waiting.get(charge_point_id)
        if known is None and len(self._waiting) >= MOST_ATTEMPTS:
            weakest = min(self._waiting.values(), key=lambda each: (each.count, each.last_at))
            del self._waiting[weakest.charge_point_id]
        self._waiting[charge_point_id] = Attempt(
            charge_point_id=charge_point_id,
            count=1 if known is None else known.count + 1,
            first_at=now if known is None else known.first_at,
            last_at=now,
            subprotocols=tuple(
                name[:MOST_SUBPROTOCOL_CHARS]
                for name in handshake.subprotocols[:MOST_SUBPROTOCOLS]
                if name.isascii() and name.isprintable()
            ),
            family=_FAMILIES.get(socket.AddressFamily(family), "") if family else "",
            is_tls=handshake.is_tls,
            has_password=bool(handshake.authorization),
        )

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self._new_s)
            await self.tell()

    async def tell(self) -> None:
        """Report what is due; what the API does not take waits for the next time."""
        now = self._clock.monotonic()
        due = [
            each for each in self._waiting.values()
            if now - self._told.get(each.charge_point_id, -self._again_s) >= self._again_s
        ]  # fmt: skip
        if not due:
            return
        try:
            await self._api.attempts(AttemptReport(attempts=tuple(due)))
        except (Unreachable, Refused) as error:
            log.info("unknown charge points were not told", error=str(error)[:200])
            return
        for each in due:
            self._forget(each)
            self._told[each.charge_point_id] = now
        while len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]

    def _forget(self, told: Attempt) -> None:
        """But for what came while it was told."""
        now = self._waiting.get(told.charge_point_id)
        if now is None:
            return
        if now.count <= told.count:
            del self._waiting[told.charge_point_id]
        else:
            more = msgspec.structs.replace(now, count=now.count - told.count, first_at=now.last_at)
            self._waiting[told.charge_point_id] = more

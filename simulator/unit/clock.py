"""What happens at a charge point as time passes: energy, what expires, and what the speaker has due."""

import asyncio
import logging

from simulator.unit import energy
from simulator.unit.state import ConnectorState
from simulator.unit.unit import Unit

# A pause after a failure, instead of a busy loop.
PAUSE_S = 1.0

log = logging.getLogger(__name__)


class Clock:
    """One task per charge point that sleeps until the next thing is due."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def run(self) -> None:
        """Ends by cancellation."""
        while True:
            try:
                self._tick()
                wait_s = self._next_due_s()
            except Exception:
                # Mostly a state that cannot be saved; whatever it is, time goes on.
                log.exception("%s: what was due failed", self._unit.id)
                wait_s = PAUSE_S
            # What the tick itself changed is no reason for another one at once.
            self._unit.changed.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._unit.changed.wait()
            except TimeoutError:
                continue

    def _tick(self) -> None:
        unit = self._unit
        changed = False
        for number, connector in unit.connectors():
            changed |= energy.advance(unit, number)
            changed |= self._expire(number, connector)
        changed |= unit.offer_anew()
        if changed:
            unit.commit()
        unit.speaker.tick(asyncio.get_running_loop().time())

    def _expire(self, number: int, connector: ConnectorState) -> bool:
        """Drop a start whose plug never came and a reservation whose time is over."""
        moment = self._unit.now()
        expired = False
        if connector.pending is not None and connector.pending.expires_at <= moment:
            connector.pending = None
            expired = True
        reservation = connector.reservation
        if reservation is not None and reservation.expires_at <= moment:
            connector.reservation = None
            self._unit.speaker.reservation_expired(number, reservation)
            expired = True
        return expired

    def _next_due_s(self) -> float | None:
        unit = self._unit
        due = [due_s for number, _ in unit.connectors() if (due_s := energy.next_step_s(unit, number))]
        due += [due_s for _, one in unit.connectors() for due_s in self._expiries_s(one)]
        speaker_s = unit.speaker.due_s(asyncio.get_running_loop().time())
        if speaker_s is not None:
            due.append(speaker_s)
        return max(0.0, min(due)) if due else None

    def _expiries_s(self, connector: ConnectorState) -> list[float]:
        moment = self._unit.now()
        return [
            (one.expires_at - moment).total_seconds()
            for one in (connector.pending, connector.reservation)
            if one is not None
        ]

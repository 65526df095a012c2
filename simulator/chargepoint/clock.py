"""What happens at a charge point as time passes: energy, samples, heartbeats, and what expires."""

import asyncio
import logging

from simulator.chargepoint import energy, transactions
from simulator.chargepoint.connection import CallFailed, NotConnected
from simulator.chargepoint.state import ConnectorState
from simulator.chargepoint.unit import Unit, now
from simulator.store import StateFileError

# A pause after the state file refused a write, instead of a busy loop.
PAUSE_S = 1.0

log = logging.getLogger(__name__)


class Clock:
    """One task per charge point that sleeps until the next thing is due."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._sampled_at: dict[str, float] = {}
        self._heartbeat_at = 0.0

    async def run(self) -> None:
        """Ends by cancellation."""
        while True:
            self._unit.changed.clear()
            try:
                self._tick()
                wait_s = self._next_due_s()
            except StateFileError:
                log.exception("%s: the state cannot be saved", self._unit.id)
                wait_s = PAUSE_S
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
            changed |= _expire(connector)
        if changed:
            unit.commit()
        moment_s = asyncio.get_running_loop().time()
        for number, due_s in self._samples_due(moment_s):
            if due_s <= 0:
                self._sampled_at[self._key(number)] = moment_s
                transactions.sample(unit, number)
        self._beat(moment_s)

    def _key(self, number: int) -> str:
        transaction = self._unit.connector(number).transaction
        return transaction.key if transaction is not None else ""

    def _samples_due(self, moment_s: float) -> list[tuple[int, float]]:
        """Connectors with a transaction, and the seconds until their next sample."""
        running = {self._key(number): number for number, one in self._unit.connectors() if one.transaction}
        self._sampled_at = {key: self._sampled_at.get(key, moment_s) for key in running}
        interval_s = self._unit.configuration.count("MeterValueSampleInterval")
        if interval_s == 0:
            return []
        return [(number, self._sampled_at[key] + interval_s - moment_s) for key, number in running.items()]

    def _beat(self, moment_s: float) -> None:
        if not self._unit.ready:
            self._heartbeat_at = moment_s
            return
        due_s = self._heartbeat_due_s(moment_s)
        if due_s is not None and due_s <= 0:
            self._heartbeat_at = moment_s
            self._unit.start(heartbeat(self._unit))

    def _heartbeat_due_s(self, moment_s: float) -> float | None:
        interval_s = self._unit.configuration.count("HeartbeatInterval")
        if interval_s == 0 or not self._unit.ready:
            return None
        return self._heartbeat_at + interval_s - moment_s

    def _next_due_s(self) -> float | None:
        moment_s = asyncio.get_running_loop().time()
        due = [due_s for _, due_s in self._samples_due(moment_s)]
        due += [due_s for number, _ in self._unit.connectors() if (due_s := energy.next_step_s(self._unit, number))]
        due += [due_s for _, one in self._unit.connectors() for due_s in _expiries_s(one)]
        heartbeat_s = self._heartbeat_due_s(moment_s)
        if heartbeat_s is not None:
            due.append(heartbeat_s)
        return max(0.0, min(due)) if due else None


def _expiries_s(connector: ConnectorState) -> list[float]:
    return [
        (one.expires_at - now()).total_seconds()
        for one in (connector.pending, connector.reservation)
        if one is not None
    ]


def _expire(connector: ConnectorState) -> bool:
    """Drop a start whose plug never came and a reservation whose time is over."""
    moment = now()
    expired = False
    if connector.pending is not None and connector.pending.expires_at <= moment:
        connector.pending = None
        expired = True
    if connector.reservation is not None and connector.reservation.expires_at <= moment:
        connector.reservation = None
        expired = True
    return expired


async def heartbeat(unit: Unit) -> None:
    """One Heartbeat; whether it is answered changes nothing here."""
    try:
        await unit.connection.call("Heartbeat", {})
    except (CallFailed, NotConnected) as error:
        log.info("%s: a Heartbeat was not taken: %s", unit.id, error)

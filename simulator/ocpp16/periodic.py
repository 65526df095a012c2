"""What OCPP 1.6 has due by the clock: heartbeats, samples of running transactions, values at round times."""

import logging

from simulator.link.errors import CallFailed, NotConnected
from simulator.ocpp16 import meter_values, transactions
from simulator.ocpp16.point import Point

DAY_S = 86_400

log = logging.getLogger(__name__)


class Periodic:
    """Times are the event loop's."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._sampled_at: dict[str, float] = {}
        self._heartbeat_at = 0.0
        # The round time up to which values were told, and the interval it is of.
        self._aligned: tuple[int, int] | None = None

    def tick(self, moment_s: float) -> None:
        """Send what is due."""
        for number, due_s in self._samples_due(moment_s):
            if due_s <= 0:
                self._sampled_at[self._key(number)] = moment_s
                transactions.sample(self._point, number)
        if self._aligned_due_s() == 0:
            self._tell_aligned()
        self._beat(moment_s)

    def due_s(self, moment_s: float) -> float | None:
        """Seconds until the next."""
        due = [due_s for _, due_s in self._samples_due(moment_s)]
        due += [one for one in (self._heartbeat_due_s(moment_s), self._aligned_due_s()) if one is not None]
        return min(due, default=None)

    def _aligned_due_s(self) -> float | None:
        """Seconds until the next multiple of ClockAlignedDataInterval since midnight UTC."""
        interval_s = self._point.configuration.count("ClockAlignedDataInterval")
        if interval_s == 0:
            self._aligned = None
            return None
        now_s = self._seconds_today()
        slot = int(now_s // interval_s)
        if self._aligned is None or self._aligned[0] != interval_s:
            self._aligned = (interval_s, slot)
        if slot != self._aligned[1]:
            return 0.0
        return min((slot + 1) * interval_s, DAY_S) - now_s

    def _seconds_today(self) -> float:
        now = self._point.unit.now()
        return (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()

    def _tell_aligned(self) -> None:
        interval_s = self._point.configuration.count("ClockAlignedDataInterval")
        self._aligned = (interval_s, int(self._seconds_today() // interval_s))
        for number, _ in self._point.unit.connectors():
            if transactions.sample(self._point, number, "Sample.Clock") is None:
                payload = meter_values.request(self._point, number, "Sample.Clock", "MeterValuesAlignedData")
                if payload is not None:
                    self._point.unit.tell("MeterValues", payload)

    def _key(self, number: int) -> str:
        transaction = self._point.unit.connector(number).transaction
        return transaction.key if transaction is not None else ""

    def _samples_due(self, moment_s: float) -> list[tuple[int, float]]:
        """Connectors with a transaction, and the seconds until their next sample."""
        running = {self._key(number): number for number, one in self._point.unit.connectors() if one.transaction}
        self._sampled_at = {key: self._sampled_at.get(key, moment_s) for key in running}
        interval_s = self._point.configuration.count("MeterValueSampleInterval")
        if interval_s == 0:
            return []
        return [(number, self._sampled_at[key] + interval_s - moment_s) for key, number in running.items()]

    def _beat(self, moment_s: float) -> None:
        if not self._point.unit.ready:
            self._heartbeat_at = moment_s
            return
        due_s = self._heartbeat_due_s(moment_s)
        if due_s is not None and due_s <= 0:
            self._heartbeat_at = moment_s
            self._point.unit.start(heartbeat(self._point))

    def _heartbeat_due_s(self, moment_s: float) -> float | None:
        interval_s = self._point.configuration.count("HeartbeatInterval")
        if interval_s == 0 or not self._point.unit.ready:
            return None
        return self._heartbeat_at + interval_s - moment_s


async def heartbeat(point: Point) -> None:
    """One Heartbeat; whether it is answered changes nothing here."""
    try:
        await point.unit.call("Heartbeat", {})
    except (CallFailed, NotConnected) as error:
        log.info("%s: a Heartbeat was not taken: %s", point.unit.id, error)

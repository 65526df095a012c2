"""J: what is measured as time passes, within transactions and beside them, at intervals and on the clock."""

from datetime import datetime, timedelta

from simulator.ocpp201 import transactions
from simulator.ocpp201.metering import meter_value
from simulator.ocpp201.state import Running
from simulator.ocpp201.station import Station

PERIODIC, CLOCK = "Sample.Periodic", "Sample.Clock"


class Sampling:
    """Moments are the event loop's clock; clock-aligned data follow the station's own."""

    def __init__(self, station: Station) -> None:
        self._station = station
        # Transaction and interval's variable → when it was sampled last.
        self._sampled_at: dict[tuple[str, str], float] = {}
        self._aligned: dict[str, datetime] = {}

    def tick(self, moment_s: float) -> bool:
        """Sample what is due. Returns whether anything is to be saved."""
        station = self._station
        running = [(number, evse.running) for number, _, evse in station.evses() if evse.running is not None]
        self._forget({one.transaction_id for _, one in running})
        changed = False
        if station.variables.flag("SampledDataCtrlr.Enabled"):
            for number, transaction in running:
                changed |= self._periodic(number, transaction, moment_s)
        if station.variables.flag("AlignedDataCtrlr.Enabled"):
            changed |= self._clock_aligned(running)
        return changed

    def _forget(self, ids: set[str]) -> None:
        if self._sampled_at:
            self._sampled_at = {key: at for key, at in self._sampled_at.items() if key[0] in ids}

    def _periodic(self, number: int, running: Running, moment_s: float) -> bool:
        station, changed = self._station, False
        if self._due("SampledDataCtrlr.TxUpdatedInterval", running, moment_s):
            value = meter_value(station, number, "SampledDataCtrlr.TxUpdatedMeasurands", PERIODIC)
            if value is not None:
                transactions.update(station, number, "MeterValuePeriodic", meter_value=value)
                changed = True
        if self._due("SampledDataCtrlr.TxEndedInterval", running, moment_s):
            value = meter_value(station, number, "SampledDataCtrlr.TxEndedMeasurands", PERIODIC)
            transactions.keep_for_the_end(running, value)
            changed = True
        return changed

    def _due(self, interval: str, running: Running, moment_s: float) -> bool:
        interval_s = self._station.variables.count(interval)
        if interval_s == 0:
            return False
        key = running.transaction_id, interval
        since = self._sampled_at.setdefault(key, moment_s)
        if moment_s - since < interval_s:
            return False
        self._sampled_at[key] = moment_s
        return True

    def _clock_aligned(self, running: list[tuple[int, Running]]) -> bool:
        """J01: with a transaction, else as MeterValues. SendDuringIdle: only while no transaction runs."""
        station, changed = self._station, False
        if self._turned("AlignedDataCtrlr.Interval"):
            only_idle = station.variables.flag("AlignedDataCtrlr.SendDuringIdle")
            charging = dict(running)
            for number, _, _ in station.evses():
                if only_idle and running:
                    break
                value = meter_value(station, number, "AlignedDataCtrlr.Measurands", CLOCK)
                if value is None:
                    continue
                if number in charging:
                    transactions.update(station, number, "MeterValueClock", meter_value=value)
                    changed = True
                else:
                    station.unit.tell("MeterValues", {"evseId": number, "meterValue": [value]})
        if running and self._turned("AlignedDataCtrlr.TxEndedInterval"):
            for number, transaction in running:
                value = meter_value(station, number, "AlignedDataCtrlr.TxEndedMeasurands", CLOCK)
                transactions.keep_for_the_end(transaction, value)
            changed = True
        return changed

    def _turned(self, interval: str) -> bool:
        """Whether the station's clock passed a multiple of an interval since midnight."""
        interval_s = self._station.variables.count(interval)
        if interval_s == 0:
            self._aligned.pop(interval, None)
            return False
        next_at = self._aligned.get(interval)
        now = self._station.unit.now()
        expected = _next_multiple(now, interval_s)
        if next_at is None or next_at > expected:
            # Just switched on, or the interval became shorter.
            self._aligned[interval] = expected
            return False
        if now < next_at:
            return False
        self._aligned[interval] = expected
        return True

    def due_s(self, moment_s: float) -> list[float]:
        """Seconds until each next sample."""
        variables = self._station.variables
        due = []
        if variables.flag("SampledDataCtrlr.Enabled"):
            for (_, interval), at in self._sampled_at.items():
                interval_s = variables.count(interval)
                if interval_s > 0:
                    due.append(at + interval_s - moment_s)
        if self._aligned and variables.flag("AlignedDataCtrlr.Enabled"):
            now = self._station.unit.now()
            due += [(at - now).total_seconds() for at in self._aligned.values()]
        return due


def _next_multiple(now: datetime, interval_s: int) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((now - midnight).total_seconds()) // interval_s
    return min(midnight + timedelta(seconds=(passed + 1) * interval_s), midnight + timedelta(days=1))

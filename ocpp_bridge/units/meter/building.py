"""The meter of a location's building: what it sends becomes readings, told at once where the load jumps."""

from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog

from ocpp_bridge.units.driver import BuildingPort
from ocpp_bridge.units.meter.entry import BuildingEntry
from ocpp_bridge.units.meter.sample import Sample, is_late, samples
from ocpp_bridge.units.meter.source import TOLD_BEFORE
from ocpp_bridge.units.meter.window import fits, jumps, packed

log = structlog.get_logger()
SOON_S = 10.0
"""After a reading was told, the next one where the load jumped."""
CALM_S = 60.0
"""And where it did not."""


class Building:
    """``clock`` counts seconds; ``now`` is the bridge's."""

    def __init__(
        self, entry: BuildingEntry, port: BuildingPort, now: Callable[[], datetime], clock: Callable[[], float]
    ) -> None:
        self.entry = entry
        self._port = port
        self._now = now
        self._clock = clock
        self._window: list[Sample] = []
        self._newest_at = port.newest_at
        self._told: Sample | None = None
        self._told_at_s = 0.0

    @property
    def name(self) -> str:
        return f"building of {self.entry.location_id}"

    @property
    def token(self) -> str:
        return self.entry.token

    @property
    def silence_s(self) -> float:
        return self.entry.silence_s

    def take(self, body: bytes | bytearray | str) -> str:
        """See :class:`ocpp_bridge.units.meter.source.Source`."""
        now, has_new = self._now(), False
        for sample in samples(body, now, self.entry.volts):
            if is_late(sample.at, self._newest_at, now):
                continue
            self._newest_at, has_new = sample.at, True
            if not fits(self._window, sample):
                self._close()
            self._window.append(_directed(sample))
        self.look()
        return self._port.refused if has_new else TOLD_BEFORE

    def look(self) -> None:
        """Tell what is due. Called with each message, and every second: what jumped is told though nothing follows."""
        if not self._window:
            return
        passed_s = self._clock() - self._told_at_s
        if self._told is None or passed_s >= CALM_S or (passed_s >= SOON_S and self._has_jumped(self._told)):
            self._close()

    def lost(self, why: str) -> None:
        """It is silent, or the bridge ends: what is known is told, and nothing after it."""
        if self._window:
            self._close()
        if self._told is not None:
            log.info("a building's meter is not heard", location=self.entry.location_id, why=why)

    def _has_jumped(self, told: Sample) -> bool:
        change_mw = round(self.entry.change_w * 1000)
        change_ma = round(change_mw / self.entry.volts)
        return any(jumps(told, each, change_mw, change_ma) for each in self._window)

    def _close(self) -> None:
        self._port.tell(packed(self._window))
        self._told, self._told_at_s = self._window[-1], self._clock()
        self._window = []


def _directed(sample: Sample) -> Sample:
    """Most meters tell a current without its direction; that of its phase's power is it."""
    if sample.estimated or len(sample.phase_power_mw) != len(sample.current_ma):
        return sample
    current_ma = tuple(
        -abs(current) if power < 0 else current
        for power, current in zip(sample.phase_power_mw, sample.current_ma, strict=True)
    )
    return msgspec.structs.replace(sample, current_ma=current_ma)

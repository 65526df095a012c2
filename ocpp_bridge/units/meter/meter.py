"""One meter: what it sends becomes what the core is told, and its silence that it is gone."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec
import structlog

from ocpp_bridge.units.driver import Declaration, Identity, Observation, UnitPort, Unsupported, Value
from ocpp_bridge.units.meter.counting import Count
from ocpp_bridge.units.meter.deriving import Seen, derived
from ocpp_bridge.units.meter.entry import MeterEntry
from ocpp_bridge.units.meter.sample import Sample, is_late, samples
from ocpp_bridge.units.meter.source import TOLD_BEFORE

log = structlog.get_logger()
DECLARATION = Declaration(protocol="meter")
SESSION = "%Y-%m-%dT%H:%M:%SZ"
"""A meter has no name for a charge: it is called by its beginning."""
IDENTITY = Identity(model="meter beside a charger")


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What outlives the process."""

    count: Count = Count()
    seen: Seen = Seen()


class Nothing:
    """A meter can be asked for nothing."""

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:  # noqa: ARG002 -- a port
        raise Unsupported("a meter switches nothing")

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:  # noqa: ARG002
        raise Unsupported("a meter has no settings")

    async def reboot(self) -> None:
        raise Unsupported("a meter cannot be restarted")


class Meter:
    """``find_port``: None while the API does not know the charge point."""

    def __init__(
        self, entry: MeterEntry, find_port: Callable[[], UnitPort | None], now: Callable[[], datetime]
    ) -> None:
        self.entry = entry
        self._now = now
        self._find_port = find_port
        self._port: UnitPort | None = None
        self._is_connected = False
        self._kept: Kept | None = None

    @property
    def name(self) -> str:
        return self.entry.charge_point_id

    @property
    def token(self) -> str:
        return self.entry.token

    @property
    def silence_s(self) -> float:
        return self.entry.thresholds.silence_s

    def take(self, body: bytes | bytearray | str) -> str:
        """See :class:`ocpp_bridge.units.meter.source.Source`."""
        port = self._find_port()
        if port is None:
            samples(body, self._now(), self.entry.volts)  # Whoever sets it up wants to know, all the same.
            self._port, self._kept, self._is_connected = None, None, False
            return "not adopted yet"
        self._port = port
        now = self._now()
        found = samples(body, now, self.entry.volts)
        kept = self._kept or _read(port)
        told: list[Observation] = []
        for sample in found:
            if is_late(sample.at, None if kept.count.last is None else kept.count.last.at, now):
                continue
            kept, observation = self._with(kept, sample)
            told.append(observation)
        if not told:
            return TOLD_BEFORE
        self._kept = kept
        port.memory.put("meter", msgspec.json.encode(kept).decode())
        if not self._is_connected:
            self._is_connected = True
            port.connected(IDENTITY, Nothing())
        port.observed(*told)
        return ""

    def lost(self, why: str) -> None:
        """It has been silent for too long, or its broker is gone."""
        if self._is_connected and self._port is not None:
            self._port.disconnected(why)
        self._is_connected = False

    def _with(self, kept: Kept, sample: Sample) -> tuple[Kept, Observation]:
        thresholds = self.entry.thresholds
        count = kept.count.with_sample(sample, timedelta(seconds=thresholds.silence_s))
        seen = derived(kept.seen, sample, kept.count.energy_ws, count.energy_ws, thresholds)
        observation = Observation(
            at=sample.at,
            plugged=seen.plugged,
            charging=seen.charging,
            session=seen.began.strftime(SESSION) if seen.plugged and seen.began is not None else "",
            energy_ws=count.energy_ws - seen.start_ws if seen.plugged else 0,
            current_ma=sample.current_ma,
            voltage_mv=sample.voltage_mv,
            power_w=round(sample.power_mw / 1000),
        )
        return Kept(count, seen), observation


def _read(port: UnitPort) -> Kept:
    """As it was kept; what cannot be read begins anew."""
    text = port.memory.get("meter")
    try:
        return msgspec.json.decode(text, type=Kept) if text else Kept()
    except msgspec.MsgspecError:
        log.warning("what was kept of a meter cannot be read", charge_point=port.charge_point_id)
        return Kept()

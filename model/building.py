"""What a building's meter measures at a location's grid connection: the newest of it, and when that is too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STALE_AFTER = timedelta(seconds=120)
"""A bridge tells once a minute where nothing changes: two were missed, or the meter is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What the samples of one quantity came to, in thousandths of its unit; ``last`` is the newest sample's."""

    mean: int
    least: int
    greatest: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingReading:
    """What was measured from ``since`` to ``at``. Power and currents are signed: below 0 the building gives.

    By phase, L1 first; empty where it is not told by phase.
    """

    since: datetime
    at: datetime
    samples: int
    power_mw: Spread
    phase_power_mw: tuple[Spread, ...] = ()
    current_ma: tuple[Spread, ...] = ()
    voltage_mv: tuple[Spread, ...] = ()
    import_mwh: int | None = None
    estimated: bool = False
    """Power is reckoned from currents, and its direction is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestReading:
    """The newest reading, who told it, and when we heard of it."""

    reading: BuildingReading
    bridge_id: str
    received_at: datetime

    def age(self, now: datetime) -> timedelta:
        """Since its last sample, by the meter's clock; never below 0."""
        return max(timedelta(), now - self.reading.at)

    def is_stale(self, now: datetime) -> bool:
        """Too old to decide by: nobody knows what the building takes now."""
        return self.age(now) > STALE_AFTER

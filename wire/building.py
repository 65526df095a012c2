"""What a building's meter measured: told by a bridge to the API, one location a report."""

from datetime import datetime

import msgspec

MOST_READINGS = 60
"""In one report."""
MOST_PHASES = 3


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """What the samples of one quantity came to, in thousandths of its unit; ``last`` is the newest sample's."""

    mean: int
    least: int
    greatest: int
    last: int


class BuildingReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured from ``since`` to ``at``, the instants of its first and last sample. A location has one reading
    for an ``at``: by it repeats are known.

    Power and currents are signed: below 0 the building gives. By phase, L1 first; empty where it is not told by phase.
    """

    since: datetime
    at: datetime
    samples: int
    power_mw: Spread
    phase_power_mw: tuple[Spread, ...] = ()
    current_ma: tuple[Spread, ...] = ()
    voltage_mv: tuple[Spread, ...] = ()
    import_mwh: int | None = None
    """The meter's own register of what the building took, at ``at``."""
    estimated: bool = False
    """The meter told no power: it is reckoned from the currents, and does not know its direction."""


class BuildingReport(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /api/bridge/building``. In any order; what is known already is left out."""

    location_id: str
    readings: tuple[BuildingReading, ...]

"""Readings of a building's meter, one a minute, for tests."""

from datetime import datetime, timedelta

from model.building import BuildingReading, Spread


def spread(value: int, least: int | None = None, greatest: int | None = None) -> Spread:
    """One value, unless others are given beside it."""
    least, greatest = value if least is None else least, value if greatest is None else greatest
    return Spread(mean=value, least=least, greatest=greatest, last=value)


def reading(at: datetime, power_w: int = 9_000, swing_w: int = 0) -> BuildingReading:
    """Three phases, a minute up to ``at``."""
    phase_mw = power_w * 1000 // 3
    return BuildingReading(
        since=at - timedelta(seconds=50),
        at=at,
        samples=6,
        power_mw=spread(power_w * 1000, (power_w - swing_w) * 1000, (power_w + swing_w) * 1000),
        phase_power_mw=(spread(phase_mw),) * 3,
        current_ma=(spread(phase_mw // 230),) * 3,
        voltage_mv=(spread(230_000),) * 3,
        import_mwh=1_000_000,
    )

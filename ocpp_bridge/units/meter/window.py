"""Samples of a building's meter packed into a reading: mean, least and greatest of some seconds. Pure.

Sharing a site's power needs the newest value soon, and the peaks between two values, which a fuse feels; it needs no
sample of each second. So a reading is a window of at most a minute, closed early where the load jumps.
"""

from collections.abc import Sequence
from datetime import timedelta

from ocpp_bridge.units.meter.sample import Sample
from wire.building import BuildingReading, Spread

LASTS = timedelta(seconds=60)
MOST_SAMPLES = 1000


def fits(window: Sequence[Sample], sample: Sample) -> bool:
    """Whether a sample belongs to a window that has begun: of the same minute, and told by the same phases."""
    if not window:
        return True
    first = window[0]
    is_near = timedelta() <= sample.at - first.at < LASTS
    return is_near and len(window) < MOST_SAMPLES and _shape(first) == _shape(sample)


def jumps(before: Sample, sample: Sample, change_mw: int, change_ma: int) -> bool:
    """Whether power, in all or of a phase, or a current is another than before by so much."""
    if _shape(before) != _shape(sample):
        return True
    power = [(before.power_mw, sample.power_mw), *zip(before.phase_power_mw, sample.phase_power_mw, strict=True)]
    current = zip(before.current_ma, sample.current_ma, strict=True)
    return any(abs(a - b) >= change_mw for a, b in power) or any(abs(a - b) >= change_ma for a, b in current)


def packed(window: Sequence[Sample]) -> BuildingReading:
    """The reading of a window, which is not empty and in order."""
    registers = [each.register_mwh for each in window if each.register_mwh is not None]
    return BuildingReading(
        since=window[0].at,
        at=window[-1].at,
        samples=len(window),
        power_mw=_spread([each.power_mw for each in window]),
        phase_power_mw=_spreads([each.phase_power_mw for each in window]),
        current_ma=_spreads([each.current_ma for each in window]),
        voltage_mv=_spreads([each.voltage_mv for each in window]),
        import_mwh=registers[-1] if registers else None,
        estimated=window[0].estimated,
    )


def _shape(sample: Sample) -> tuple[int, int, int, bool]:
    return len(sample.phase_power_mw), len(sample.current_ma), len(sample.voltage_mv), sample.estimated


def _spreads(values: Sequence[tuple[int, ...]]) -> tuple[Spread, ...]:
    return tuple(_spread(phase) for phase in zip(*values, strict=True))


def _spread(values: Sequence[int]) -> Spread:
    mean = (2 * sum(values) + len(values)) // (2 * len(values))
    return Spread(mean=mean, least=min(values), greatest=max(values), last=values[-1])

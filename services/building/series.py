"""Services: readings of a building's meter as series of samples, and as lines of a chart. Pure.

A reading is a mean; where its samples differed, the least and the greatest are series of their own.
"""

from collections.abc import Iterable, Iterator

from model.building import BuildingReading, Spread
from model.meter.buckets import Point, thinned
from model.meter.samples import Samples, Series, milliseconds, of, span
from model.meter.words import CURRENT, PERIODIC, POWER, REGISTER
from services.meter.reading import Line

VOLTAGE = "Voltage"
INLET = "Inlet"
"""OCPP's word for the grid connection."""
LEAST, GREATEST = "Least", "Greatest"
_PHASES = ("L1", "L2", "L3")


def samples_of(readings: Iterable[BuildingReading]) -> Samples:
    """What there is to keep of them, at the instant of each reading's last sample."""
    return of(value for reading in readings for value in _values(reading))


def _values(reading: BuildingReading) -> Iterator[tuple[Series, int, int]]:
    at_ms = milliseconds(reading.at)
    yield from _spread(POWER, "", "W", at_ms, reading.power_mw)
    by_phase = ((POWER, "W", reading.phase_power_mw), (CURRENT, "A", reading.current_ma),
                (VOLTAGE, "V", reading.voltage_mv))  # fmt: skip
    for measurand, unit, spreads in by_phase:
        for phase, spread in zip(_PHASES, spreads, strict=False):
            yield from _spread(measurand, phase, unit, at_ms, spread)
    if reading.import_mwh is not None:
        yield Series(REGISTER, "", INLET, PERIODIC, "Wh"), at_ms, reading.import_mwh


def _spread(measurand: str, phase: str, unit: str, at_ms: int, spread: Spread) -> Iterator[tuple[Series, int, int]]:
    yield Series(measurand, phase, INLET, PERIODIC, unit), at_ms, spread.mean
    if spread.least < spread.greatest:
        yield Series(measurand, phase, INLET, LEAST, unit), at_ms, spread.least
        yield Series(measurand, phase, INLET, GREATEST, unit), at_ms, spread.greatest


def lines_of(samples: Samples, most_points: int | None) -> list[Line]:
    """A line a quantity and phase: each point with its mean, least and greatest; None: every reading."""
    ends = span(samples)
    if ends is None:
        return []
    return [
        Line(series, _points(samples, series, ends, most_points))
        for series in sorted(samples)
        if series.context == PERIODIC
    ]


def _points(samples: Samples, series: Series, ends: tuple[int, int], most_points: int | None) -> list[Point]:
    means = samples[series]
    most = len(means) if most_points is None else most_points
    least = {**means, **samples.get(series._replace(context=LEAST), {})}
    greatest = {**means, **samples.get(series._replace(context=GREATEST), {})}
    return [
        Point(mean.at_ms, mean.milli, low.least, high.greatest, mean.values)
        for mean, low, high in zip(
            thinned(means, *ends, most), thinned(least, *ends, most), thinned(greatest, *ends, most), strict=True
        )
    ]

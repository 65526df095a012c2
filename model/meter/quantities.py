"""Series of samples as one quantity over time: all phases together, at the plug. Pure."""

from model.meter.samples import Samples
from model.meter.words import CURRENT, CURRENT_OFFERED, OUTLET, POWER, POWER_OFFERED, REGISTER, SOC

LINES = ("L1", "L2", "L3")
VOLTS = 230
DRAWS_MILLI = {CURRENT: 2_000, POWER: 400_000}
"""What a phase that charges takes at least; a car takes 6 A, what is measured of idle phases is noise."""


def over_time(samples: Samples, measurand: str) -> list[tuple[int, float]]:
    """(milliseconds, value in its unit), oldest first: the value of all phases, else the sum of those given."""
    whole: dict[int, int] = {}
    lines: dict[str, dict[int, int]] = {}
    for series, values in samples.items():
        if series.measurand != measurand or series.location != OUTLET:
            continue
        into = whole if not series.phase else lines.setdefault(series.phase, {}) if series.phase in LINES else None
        if into is not None:
            for at_ms, milli in values.items():
                into[at_ms] = max(milli, into.get(at_ms, milli))  # The same instant in two contexts.
    for values in lines.values():
        for at_ms in values:
            if at_ms not in whole:
                whole[at_ms] = sum(line.get(at_ms, 0) for line in lines.values())
    return [(at_ms, milli / 1000) for at_ms, milli in sorted(whole.items())]


def registers(samples: Samples) -> list[tuple[int, float]]:
    """The register in Wh, as it was labelled."""
    return over_time(samples, REGISTER)


def powers(samples: Samples) -> list[tuple[int, float]]:
    """The power drawn, in W."""
    return over_time(samples, POWER)


def charge_percents(samples: Samples) -> list[tuple[int, float]]:
    """The battery's state of charge."""
    return over_time(samples, SOC)


def offered_w(samples: Samples) -> float | None:
    """The power offered last; of a current offered, that of one phase. None: not told."""
    told = over_time(samples, POWER_OFFERED)
    if told:
        return told[-1][1]
    current = over_time(samples, CURRENT_OFFERED)
    return current[-1][1] * VOLTS if current else None


def phases_drawn(samples: Samples) -> int:
    """How many phases were drawn from; 0: none, or it is not told by phase."""
    drawn = {
        series.phase
        for series, values in samples.items()
        if series.phase in LINES and series.location == OUTLET and series.measurand in DRAWS_MILLI
        if max(values.values(), default=0) >= DRAWS_MILLI[series.measurand]
    }
    return len(drawn)

"""Services: where a measured value goes past its limit, and where it comes back. Pure."""

from typing import NamedTuple

from model.meter.samples import Samples
from model.meter.words import CURRENT
from model.threshold import IMBALANCE, Threshold

SLACK_MS = 60_000
"""So far ahead a clock may be; what is further ahead is no measure for one that was put back."""


class Reading(NamedTuple):
    """The least and the greatest value of a measurand at one instant, over phases and places."""

    at_ms: int
    least: float
    greatest: float
    unit: str


class Crossed(NamedTuple):
    """A value has been past its limit for as long as it must, or is back within it."""

    at_ms: int
    past: bool
    value: float
    limit: float
    unit: str


class Watch:
    """One measurand of one charger, reading by reading. ``past``: it is known to be past its limit."""

    def __init__(self, *, past: bool = False, last_ms: int = 0) -> None:
        self._past = past
        self._last_ms = last_ms
        self._beyond_since_ms: int | None = None
        self._limit: float | None = None

    def told(self, threshold: Threshold, reading: Reading, heard_ms: int) -> Crossed | None:
        """The crossing this reading makes; None: none. A reading not newer than the last does not count.

        It does where the last was ahead of when this one is heard: the charge point's clock was put back.
        """
        if reading.at_ms <= heard_ms + SLACK_MS < self._last_ms:
            self._beyond_since_ms = None
        elif reading.at_ms <= self._last_ms:
            return None
        self._last_ms = reading.at_ms
        if self._past:
            return self._back(threshold, reading)
        beyond = _beyond(threshold, reading)
        if beyond is None:
            self._beyond_since_ms = None
            return None
        since_ms = self._beyond_since_ms = self._beyond_since_ms or reading.at_ms
        if reading.at_ms - since_ms < threshold.for_s * 1000:
            return None
        value, self._limit = beyond
        self._past, self._beyond_since_ms = True, None
        return Crossed(reading.at_ms, True, value, self._limit, reading.unit)

    def _back(self, threshold: Threshold, reading: Reading) -> Crossed | None:
        within = Threshold(
            above=None if threshold.above is None else threshold.above - threshold.hysteresis,
            below=None if threshold.below is None else threshold.below + threshold.hysteresis,
        )
        if _beyond(within, reading) is not None:
            return None
        limit = self._limit
        if limit is None:  # Another process saw it go.
            limit = next((one for one in (threshold.above, threshold.below) if one is not None), 0.0)
        self._past, self._limit = False, None
        value = reading.least if limit == threshold.below else reading.greatest
        return Crossed(reading.at_ms, False, value, limit, reading.unit)


def readings(samples: Samples, measurand: str) -> list[Reading]:
    """Oldest first. What is measured between phases is left out: its limits would be others."""
    reckoned = measurand.casefold() == IMBALANCE.casefold()
    wanted = (CURRENT if reckoned else measurand).casefold()
    found: dict[int, list[tuple[int, str]]] = {}
    for series, values in samples.items():
        if series.measurand.casefold() != wanted or "-" in series.phase:
            continue
        if reckoned and not series.phase.startswith("L"):
            continue
        for at_ms, milli in values.items():
            found.setdefault(at_ms, []).append((milli, series.unit))
    return [
        _reading(at_ms, values, reckoned=reckoned)
        for at_ms, values in sorted(found.items())
        if not reckoned or len(values) > 1
    ]


def _reading(at_ms: int, values: list[tuple[int, str]], *, reckoned: bool) -> Reading:
    least, greatest, unit = min(values)[0] / 1000, max(values)[0] / 1000, values[0][1]
    if reckoned:
        least = greatest = (max(values)[0] - min(values)[0]) / 1000
    return Reading(at_ms, least, greatest, unit)


def _beyond(threshold: Threshold, reading: Reading) -> tuple[float, float] | None:
    """The value that is past a limit, and the limit."""
    if threshold.above is not None and reading.greatest > threshold.above:
        return reading.greatest, threshold.above
    if threshold.below is not None and reading.least < threshold.below:
        return reading.least, threshold.below
    return None

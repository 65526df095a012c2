"""Samples of one session: what was measured, when, and how much. One value per instant and series."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple


class Series(NamedTuple):
    """What is measured where: with the instant, the key by which repeats are known. A session has one connector."""

    measurand: str
    phase: str
    """``L1`` … ``L3``, ``N``, ``L1-L2`` …; empty: all together."""
    location: str
    context: str
    unit: str
    """Wh, W, V, A, Percent, Celsius …; whatever was said for a measurand nobody knows."""


Samples = dict[Series, dict[int, int]]
"""By series: milliseconds since 1970 → thousandths of the unit. Neither is in any order."""


def merged(*parts: Samples) -> Samples:
    """All of them; where two have a value for one instant of a series, the earlier part's stays."""
    whole: Samples = {}
    for part in parts:
        for series, values in part.items():
            known = whole.get(series)
            whole[series] = dict(values) if known is None else {**values, **known}
    return whole


def without(samples: Samples, known: Samples) -> Samples:
    """What of ``samples`` is not in ``known``."""
    left: Samples = {}
    for series, values in samples.items():
        had = known.get(series, {})
        fresh = {at_ms: milli for at_ms, milli in values.items() if at_ms not in had}
        if fresh:
            left[series] = fresh
    return left


def span(samples: Samples) -> tuple[int, int] | None:
    """The first and the last instant, in milliseconds; None of nothing."""
    instants: set[int] = set().union(*samples.values())
    return (min(instants), max(instants)) if instants else None


def count(samples: Samples) -> int:
    """How many values."""
    return sum(len(values) for values in samples.values())


def between(samples: Samples, from_ms: int | None, until_ms: int | None) -> Samples:
    """Those from an instant on, and before another."""
    chosen: Samples = {}
    for series, values in samples.items():
        found = {
            at_ms: milli
            for at_ms, milli in values.items()
            if (from_ms is None or at_ms >= from_ms) and (until_ms is None or at_ms < until_ms)
        }
        if found:
            chosen[series] = found
    return chosen


def of(values: Iterable[tuple[Series, int, int]]) -> Samples:
    """Samples of (series, milliseconds, thousandths); the first of a repeat stays."""
    samples: Samples = {}
    for series, at_ms, milli in values:
        samples.setdefault(series, {}).setdefault(at_ms, milli)
    return samples


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return round(at.timestamp() * 1000)


def instant(at_ms: int) -> datetime:
    """The instant so many milliseconds after 1970."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)

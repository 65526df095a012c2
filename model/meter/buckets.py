"""Series made short enough for a chart: of each stretch of time the mean, the least and the greatest value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A value in thousandths, or what many amount to: ``milli`` is then their mean, ``at_ms`` their stretch's begin."""

    at_ms: int
    milli: int
    least: int
    greatest: int
    values: int = 1


def points(values: Mapping[int, int]) -> list[Point]:
    """All of them, oldest first."""
    return [Point(at_ms, milli, milli, milli) for at_ms, milli in sorted(values.items())]


def thinned(values: Mapping[int, int], begin_ms: int, end_ms: int, most: int) -> list[Point]:
    """At most ``most`` points for the time from ``begin_ms`` to ``end_ms`` (included); stretches without values: none.

    All stretches are of one length, so series that are thinned alike stand side by side.
    """
    if len(values) <= most:
        return points(values)
    width_ms = (end_ms - begin_ms) // most + 1
    buckets: dict[int, list[int]] = {}
    for at_ms, milli in values.items():
        buckets.setdefault((at_ms - begin_ms) // width_ms, []).append(milli)
    return [
        Point(begin_ms + number * width_ms, round(sum(own) / len(own)), min(own), max(own), len(own))
        for number, own in sorted(buckets.items())
    ]

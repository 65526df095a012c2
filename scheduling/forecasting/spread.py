"""Scheduling: how something usually comes out, as counts by steps of an eighth of a doubling; small, whole, fading."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import log2

from model.habits import Spread

STEPS = 8
"""A doubling is so many steps: one is 9 %."""
MOST = 11 * STEPS
"""Beyond 2,048 (minutes: a day and a half; hundredths: twenty times) all is one."""
FULL = 400
"""Counts are halved when they come to this."""
POINTS = 64
"""A table has so many values, in order, each as likely as the others."""

Table = tuple[float, ...]
EDGES = (0.0, *(float(2 ** (step / STEPS)) for step in range(MOST + 1)))
"""The lowest value of each step, and the last one's end."""


def counted(spread: Spread, value: float) -> Spread:
    """With one more. Values below 1 count as 0."""
    step = step_of(value)
    longer = [*spread, *([0] * (step + 1 - len(spread)))]
    longer[step] += 1
    return tuple(longer)


def halved(spread: Spread) -> Spread:
    """Half of the counts, as they add up: no step fades faster than others."""
    sums = [0, *(some // 2 for some in accumulate(spread))]
    return tuple(after - before for before, after in pairwise(sums))


def faded(*spreads: Spread) -> tuple[Spread, ...]:
    """All of them halved if they are full together."""
    return tuple(map(halved, spreads)) if sum(map(sum, spreads)) >= FULL else spreads


def step_of(value: float) -> int:
    """The step that a value is in. Values below 1 are in the first."""
    return min(MOST, 0 if value < 1 else 1 + int(log2(value) * STEPS))


def surviving(ended: Sequence[float], cut: Sequence[float]) -> tuple[float, ...]:
    """By step: the share that goes on beyond its end (Kaplan and Meier).

    ``cut``: of these it is only known that they had gone on for so long.
    """
    there = sum(ended) + sum(cut)
    shares, left = [], 1.0
    for step, ends in enumerate(ended):
        left *= 1 - ends / there if there > 0 else 1.0
        shares.append(max(0.0, left))
        there -= ends + (cut[step] if step < len(cut) else 0)
    return tuple(shares)


def table(ended: Spread, cut: Spread, prior: Sequence[float], weight: float) -> Table:
    """Values by the counts, those that were cut short too, and by a prior (values) that counts as so many."""
    counts = [*map(float, ended), *([0.0] * (MOST + 1 - len(ended)))]
    for value in prior:
        counts[step_of(value)] += weight / len(prior)
    shares = surviving(counts, cut)
    values: list[float] = []
    step = 0
    for point in range(POINTS):
        left = 1 - (point + 0.5) / POINTS
        while step < MOST and shares[step] > left:
            step += 1
        before = shares[step - 1] if step else 1.0
        lost = before - shares[step]
        part = min(1.0, (before - left) / lost) if lost > 0 else 1.0
        values.append(EDGES[step] + part * (EDGES[step + 1] - EDGES[step]))
    last = max((step for step, count in enumerate(counts) if count), default=0)
    return tuple(min(value, EDGES[last + 1]) for value in values)


def beyond(values: Table, passed: float) -> Table:
    """What is left of the values above ``passed``: it went on for that long already.

    Beyond all that is known, it goes on for a part of the time it has taken.
    """
    left = [value - passed for value in values if value > passed]
    if not left:
        left = [passed * share / 8 for share in range(1, 5)]
    if len(left) == 1:
        return tuple(left * POINTS)
    stretched = []
    for point in range(POINTS):
        at = (point + 0.5) / POINTS * (len(left) - 1)
        low = int(at)
        stretched.append(left[low] + (left[low + 1] - left[low]) * (at - low))
    return tuple(stretched)

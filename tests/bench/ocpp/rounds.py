"""Ratios that hold on a busy machine: all sides are up at once and take turns, and meet the same disturbance."""

from collections.abc import Callable, Sequence
from statistics import median

Turn = Callable[[], float]


def costs(turns: Sequence[Turn], rounds: int) -> list[float]:
    """The median cost of each after ``rounds`` in which each had one turn, forwards and backwards by turns."""
    found: list[list[float]] = [[] for _ in turns]
    for number in range(rounds):
        order = range(len(turns)) if number % 2 == 0 else reversed(range(len(turns)))
        for place in order:
            found[place].append(turns[place]())
    return [median(own) for own in found]


def least(turns: Sequence[Turn], rounds: int) -> list[float]:
    """As :func:`costs`, but the least: for what a disturbance only adds to."""
    found: list[list[float]] = [[] for _ in turns]
    for number in range(rounds):
        order = range(len(turns)) if number % 2 == 0 else reversed(range(len(turns)))
        for place in order:
            found[place].append(turns[place]())
    return [min(own) for own in found]

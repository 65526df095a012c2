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


def paired(yardstick: Turn, turn: Turn, rounds: int) -> tuple[float, float, float]:
    """The median of both, and of each round's own ratio: a machine that is quicker in one minute than in the next
    is as quick for both sides of a round.
    """
    found: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2 == 0:
            first = yardstick()
            found.append((first, turn()))
        else:
            second = turn()
            found.append((yardstick(), second))
    return median(own for own, _ in found), median(own for _, own in found), median(b / a for a, b in found)


def least(turns: Sequence[Turn], rounds: int) -> list[float]:
    """As :func:`costs`, but the least: for what a disturbance only adds to."""
    found: list[list[float]] = [[] for _ in turns]
    for number in range(rounds):
        order = range(len(turns)) if number % 2 == 0 else reversed(range(len(turns)))
        for place in order:
            found[place].append(turns[place]())
    return [min(own) for own in found]

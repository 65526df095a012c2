"""Ratios that hold on a busy machine: all sides are up at once and take turns, and meet the same disturbance."""

from collections.abc import Callable, Sequence
from statistics import median

Turn = Callable[[], float]


def costs(turns: Sequence[Turn], rounds: int) -> list[float]:
    """The median cost of each."""
    return [median(own) for own in _taken(turns, rounds)]


def least(turns: Sequence[Turn], rounds: int) -> list[float]:
    """The least of each: for what a disturbance only adds to."""
    return [min(own) for own in _taken(turns, rounds)]


def paired(yardstick: Turn, turn: Turn, rounds: int) -> tuple[float, float, float]:
    """The median of both, and of each round's own ratio: a machine that is quicker in one minute than in the next
    is as quick for both sides of a round.
    """
    first, second = _taken((yardstick, turn), rounds)
    return median(first), median(second), median(ours / bare for bare, ours in zip(first, second, strict=True))


def _taken(turns: Sequence[Turn], rounds: int) -> list[list[float]]:
    """What each cost in ``rounds`` in which each had one turn, forwards and backwards by turns."""
    found: list[list[float]] = [[] for _ in turns]
    for number in range(rounds):
        order = range(len(turns)) if number % 2 == 0 else reversed(range(len(turns)))
        for place in order:
            found[place].append(turns[place]())
    return found

"""Chance from a seed: the same on every machine and in every version of Python, which `random` promises for its
`random()` only. Nothing here asks the mathematics library of the machine, whose last digits differ.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of chances; the words it is made from tell it from every other."""

    def __init__(self, *seed: object) -> None:
        self._random = random.Random(" ".join(str(word) for word in seed))

    def share(self) -> float:
        """Evenly from 0 to below 1."""
        return self._random.random()

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def between(self, least: float, most: float) -> float:
        """Evenly."""
        return least + (most - least) * self.share()

    def below(self, count: int) -> int:
        """0 to ``count`` − 1, evenly."""
        return int(self.share() * count)

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        at = self.share() * sum(weights.values())
        for thing, weight in weights.items():
            at -= weight
            if at < 0:
                return thing
        return next(reversed(list(weights)))

    def bell(self) -> float:
        """As good as normal: mean 0, deviation 1, within ±6 (the sum of twelve even chances)."""
        return sum(self.share() for _ in range(12)) - 6

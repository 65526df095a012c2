"""How long central systems take to answer, in few bytes a charge point: counts in buckets of 5 %."""

import math
from collections.abc import Iterable

GROWTH = math.log(1.05)
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class Latency:
    """Of one action. Percentiles are exact to 2.5 %; ``max`` is exact."""

    __slots__ = ("buckets", "count", "max_ms")

    def __init__(self) -> None:
        # Logarithm of the latency in steps of 5 % → how many.
        self.buckets: dict[int, int] = {}
        self.count = 0
        self.max_ms = 0.0

    def add(self, latency_ms: float) -> None:
        bucket = round(math.log(max(latency_ms, 0.01)) / GROWTH)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.max_ms = max(self.max_ms, latency_ms)

    def add_all(self, other: "Latency") -> None:
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.count += other.count
        self.max_ms = max(self.max_ms, other.max_ms)

    def figures(self) -> dict[str, float]:
        """``count``, ``p50``, ``p95``, ``p99``, ``max``; milliseconds."""
        return {
            "count": self.count,
            **{name: self._quantile_ms(share) for name, share in QUANTILES.items()},
            "max": round(self.max_ms, 2),
        }

    def _quantile_ms(self, share: float) -> float:
        below = 0
        for bucket, count in sorted(self.buckets.items()):
            below += count
            if below >= share * self.count:
                return round(min(math.exp(bucket * GROWTH), self.max_ms), 2)
        return 0.0


class Figures:
    """Of one charge point since it was made, the process started or they were set to nought."""

    __slots__ = ("errors", "latency", "received", "sent")

    def __init__(self) -> None:
        self.sent = 0
        self.received = 0
        self.errors = 0
        self.latency: dict[str, Latency] = {}

    def answered(self, action: str, latency_ms: float) -> None:
        """The central system answered a call of the charge point."""
        if action not in self.latency:
            self.latency[action] = Latency()
        self.latency[action].add(latency_ms)


def summed(every: Iterable[Figures]) -> Figures:
    """Of several charge points together."""
    total = Figures()
    for one in every:
        total.sent += one.sent
        total.received += one.received
        total.errors += one.errors
        for action, latency in one.latency.items():
            total.latency.setdefault(action, Latency()).add_all(latency)
    return total

"""Model room: the one place that tries a lost race again: jittered, bounded, then `StoreBusy`."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from model.store.errors import Contention, StoreBusy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how long to try.

    After attempt n (from 1) the wait is a random share of `min(longest_s, first_s * 2**(n - 1))` seconds, and with
    `gives_way` as long as the attempt took, `longest_s` at most, before it. No attempt starts after `attempts` attempts
    or `total_s` seconds.
    `sleep`, `random` (0 ≤ r < 1) and `monotonic` are injected by tests.
    """

    attempts: int = 12
    total_s: float = 15.0
    first_s: float = 0.02
    longest_s: float = 1.0
    retry_after_s: int = 2
    gives_way: bool = False
    """Where rivals block each other until one is given up: who came back at once would block those left again."""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    random: Callable[[], float] = field(default=random.random, repr=False)
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)

    def run(self, attempt: Callable[[], T]) -> T:
        """Return what `attempt` returns, calling it again whenever it raises `Contention`.

        Raises `StoreBusy`, or what the last `Contention` says, when the bounds are reached; every other exception
        passes unchanged.
        """
        started = self.monotonic()
        tried = 0
        while True:
            tried += 1
            began = self.monotonic()
            try:
                return attempt()
            except Contention as error:
                wait_s = self.random() * min(self.longest_s, self.first_s * 2 ** (tried - 1))
                now = self.monotonic()
                if self.gives_way:
                    wait_s += min(self.longest_s, now - began)
                waited_s = now - started
                if tried >= self.attempts or waited_s + wait_s > self.total_s:
                    raise error.at_last or StoreBusy(tried, waited_s, self.retry_after_s) from error
            self.sleep(wait_s)

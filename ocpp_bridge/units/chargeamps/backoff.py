"""How long the whole account keeps quiet after the cloud failed: longer each time, never in step with other bridges."""

import random
from collections.abc import Callable

FIRST_S, MOST_S = 2.0, 300.0
ASKED_MOST_S = 3600.0


class Backoff:
    """``chance`` gives 0 ≤ x < 1. Instants are monotonic seconds."""

    def __init__(self, chance: Callable[[], float] = random.random, first_s: float = FIRST_S) -> None:
        self._chance = chance
        self._first_s = first_s
        self._failures = 0
        self._open_at = 0.0

    def wait_s(self, now: float) -> float:
        """Until the cloud may be asked again."""
        return max(0.0, self._open_at - now)

    def failed(self, now: float, asked_s: float | None = None) -> float:
        """The cloud failed, and asked for ``asked_s`` seconds of quiet (None: it did not). Returns the pause.

        Failures of requests that were under way together count once.
        """
        if self.wait_s(now) <= 0:
            self._failures += 1
        pause_s: float = min(MOST_S, self._first_s * 2.0 ** (min(self._failures, 20) - 1))
        pause_s *= 0.5 + self._chance() / 2
        if asked_s is not None:
            # Somewhat later than asked for, so that not everybody is back at that very moment.
            pause_s = max(pause_s, min(asked_s, ASKED_MOST_S) * (1 + 0.1 * self._chance()))
        self._open_at = max(self._open_at, now + pause_s)
        return self._open_at - now

    def worked(self) -> None:
        self._failures = 0
        self._open_at = 0.0

"""How many charge points are let in at once when a whole region gets its power back. Pure but for chance.

Beyond a threshold the others are told to boot again later, each at a time of its own, so that what follows a boot
(settings, local lists, the API's work) is spread. Nothing they say meanwhile is refused or lost.
"""

import math
import random
from datetime import datetime, timedelta

AT_ONCE = 5_000
REFILL_S = 5.0
LEAST_S = 5
JITTER = 0.25


class BootAdmission:
    """``at_once`` boots come in together, and as many more in each ``refill_s``; 0 lets everybody in."""

    def __init__(self, at_once: int = AT_ONCE, refill_s: float = REFILL_S) -> None:
        self._at_once = at_once
        self._per_s = at_once / refill_s
        self._free = float(at_once)
        self._at: datetime | None = None
        self._last_turn: datetime | None = None

    def wait_s(self, now: datetime) -> int:
        """0: come in. Otherwise after how many seconds to boot again: the next free turn, and up to a quarter more."""
        if not self._at_once:
            return 0
        since_s = (now - self._at).total_seconds() if self._at is not None else 0.0
        if since_s < 0:  # the clock was set back
            self._last_turn = None
        self._at = now
        self._free = min(self._at_once, self._free + max(0.0, since_s) * self._per_s)
        if self._free >= 1:
            self._free -= 1
            return 0
        soonest = now + timedelta(seconds=LEAST_S)
        turn = soonest if self._last_turn is None else self._last_turn + timedelta(seconds=1 / self._per_s)
        self._last_turn = max(soonest, turn)
        wait_s = (self._last_turn - now).total_seconds()
        return math.ceil(wait_s * random.uniform(1, 1 + JITTER))  # noqa: S311 -- spreads load, no secret


def let_in(_now: datetime) -> int:
    """Everybody, always."""
    return 0

"""A register as energy: it grows, and now and then it stutters, jumps, or begins anew. Pure.

A register that falls below its start, or below half of what it was, has begun anew once a second reading agrees; alone
such a reading is a stutter. What had been counted before was drawn all the same.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from model.session import MOST_ENERGY_WH

MOST_POWER_W = 500_000
"""No connector gives more."""
SLACK_WH = 1_000
"""What may be drawn between two readings whatever their instants say."""


class Count(NamedTuple):
    """How far a transaction's energy is known: ``before_wh + last_wh - start_wh``."""

    start_wh: int
    before_wh: int = 0
    last_wh: int | None = None
    last_at: datetime | None = None

    @property
    def energy_wh(self) -> int:
        """What was drawn."""
        return self.before_wh + (0 if self.last_wh is None else self.last_wh - self.start_wh)


def counts(count: Count, readings: Sequence[tuple[datetime, int]]) -> Iterator[Count]:
    """The count after each reading (instant, Wh) that tells something, in their order.

    Those not newer than the last known are passed over: they were counted, or came too late to be.
    """
    newer = [(at, wh) for at, wh in readings if wh >= 0 and (count.last_at is None or at > count.last_at)]
    for place, (at, wh) in enumerate(newer):
        last_wh = count.start_wh if count.last_wh is None else count.last_wh
        if wh >= last_wh:
            if not _possible(count, at, wh - last_wh):
                continue
            count = Count(count.start_wh, count.before_wh, wh, at)
        elif not _fallen(count, wh, last_wh):
            continue  # A dip, such as a value rounded otherwise.
        elif place + 1 < len(newer) and wh <= newer[place + 1][1] < last_wh:
            count = Count(0, count.energy_wh, wh, at)
        else:
            continue
        yield count


def _fallen(count: Count, wh: int, last_wh: int) -> bool:
    return wh < count.start_wh or wh * 2 < last_wh


def _possible(count: Count, at: datetime, more_wh: int) -> bool:
    """Whether so much can have been drawn since the last reading."""
    if count.last_at is None:
        return more_wh <= MOST_ENERGY_WH
    passed_s = (at - count.last_at).total_seconds()
    return more_wh <= min(MOST_ENERGY_WH, SLACK_WH + MOST_POWER_W * passed_s / 3600)

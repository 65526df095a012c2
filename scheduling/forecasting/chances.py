"""Scheduling: a location's habits as tables to draw from, with what is assumed before anything is known."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import ceil, exp

from model.entry import Entry
from model.habits import Habits, Spread
from model.settings import Settings
from scheduling.fairness.score import EARLIER_MIN
from scheduling.forecasting.habits import SHIFT_STEP_MIN, share_of
from scheduling.forecasting.spread import EDGES, POINTS, Table, step_of, surviving, table

FOREVER = float("inf")
_CHARGING_MIN = (30.0, 60.0, 90.0, 120.0, 160.0, 220.0, 320.0)
_CHARGING_SHARE = (40.0, 65.0, 80.0, 92.0, 105.0, 120.0, 140.0, 180.0)
_MOVING_MIN = (1.0, 3.0, 6.0, 10.0, 15.0, 30.0, 90.0)
_MOVING_SHARE = (20.0, 50.0, 75.0, 100.0, 130.0, 200.0, 400.0)
_OF_DEADLINES = (0.08, 0.15, 0.25, 0.35, 0.45, 0.6, 0.8)
_OF_RESPONSE = (0.3, 0.7, 1.0)
_LET_GO_SHARE = 0.05
_MOST_TRIES = 500
_WEIGHT = 8.0
"""A prior counts as so many observations."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Tables of ``POINTS`` minutes in order, each as likely as the others."""

    charging: Table
    charging_share: Table
    moving: Table
    moving_share: Table
    coming: Table
    letting_go: Table
    let_go: float
    """The chance that an offer leads to no charge."""
    stays: tuple[float, ...]
    """By step of :mod:`scheduling.forecasting.spread`: the share that has not left by its end."""
    shifts: tuple[float, ...]
    """By step of 30 minutes: the share of joins that come by no more than its upper end."""

    def charging_of(self, entry: Entry | None) -> Table:
        """Minutes of charging of a driver, by their own usual time where it is known."""
        return self._own(self.charging, self.charging_share, 0 if entry is None else entry.usual_charging_s)

    def moving_of(self, entry: Entry | None) -> Table:
        """Minutes from full to unplugged."""
        return self._own(self.moving, self.moving_share, 0 if entry is None else entry.usual_full_s)

    def leaving_of(self, been_there_min: float) -> Table:
        """Minutes until somebody goes home who joined so long ago; infinite for those who stay on."""
        there = self._there(been_there_min)
        gone = [1 - share for share in self.stays]
        values, step = [], 0
        for point in range(POINTS):
            left = there * (1 - (point + 0.5) / POINTS)
            step = bisect_left(gone, 1 - left, step)
            if step == len(gone):
                values.append(FOREVER)
                continue
            before = self.stays[step - 1] if step else 1.0
            lost = before - self.stays[step]
            part = (before - left) / lost if lost > 0 else 1.0
            values.append(max(0.0, EDGES[step] + part * (EDGES[step + 1] - EDGES[step]) - been_there_min))
        return tuple(values)

    def shifted_below(self, shift_min: float) -> float:
        """The share of joins that the fair share moves to before ``shift_min``."""
        at = (shift_min - EARLIER_MIN) / SHIFT_STEP_MIN
        if at <= 0 or not self.shifts:
            return 0.0 if self.shifts or shift_min <= 0 else 1.0
        step = int(at)
        if step >= len(self.shifts):
            return 1.0
        low = self.shifts[step - 1] if step else 0.0
        return low + (self.shifts[step] - low) * (at - step)

    def _own(self, minutes: Table, share: Table, usual_s: int) -> Table:
        return tuple(each * usual_s / 6000 for each in share) if usual_s else minutes

    def _there(self, been_there_min: float) -> float:
        """The share that has not left after so long."""
        step = step_of(been_there_min)
        if step >= len(self.stays):
            return self.stays[-1] if self.stays else 1.0
        before, after = self.stays[step - 1] if step else 1.0, self.stays[step]
        return before + (after - before) * (been_there_min - EDGES[step]) / (EDGES[step + 1] - EDGES[step])


@lru_cache(maxsize=64)
def _table(ended: Spread, cut: Spread, prior: tuple[float, ...]) -> Table:
    return table(ended, cut, prior, _WEIGHT)


def chances_of(habits: Habits, settings: Settings) -> Chances:
    """The tables of a location."""
    deadlines_min = (settings.response_s + settings.plug_in_s) / 60
    return Chances(
        charging=_table(habits.charging, habits.charging_cut, _CHARGING_MIN),
        charging_share=_table(habits.charging_share, habits.charging_share_cut, _CHARGING_SHARE),
        moving=_table(habits.moving, (), _MOVING_MIN),
        moving_share=_table(habits.moving_share, (), _MOVING_SHARE),
        coming=_table(habits.coming, (), tuple(deadlines_min * part for part in _OF_DEADLINES)),
        letting_go=_table(habits.letting_go, (), tuple(settings.response_s / 60 * part for part in _OF_RESPONSE)),
        let_go=share_of(habits.letting_go, habits.coming, _LET_GO_SHARE, _WEIGHT),
        stays=surviving(habits.leaving, habits.staying),
        shifts=_shares(habits.shifts),
    )


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(some / total for some in accumulate(counts)) if total else ()


def how_many(mean: float, variance: float) -> tuple[int, ...]:
    """``POINTS`` whole numbers in order: a binomial with this mean and about this variance, or Poisson above it."""
    most = mean**2 / (mean - variance) if variance < mean else FOREVER
    tries = max(1, ceil(mean), round(most)) if most < _MOST_TRIES else 0
    counts: list[int] = []
    number = 0
    chance = mean / tries if tries else 0.0
    likely = (1 - chance) ** tries if tries else exp(-mean)
    passed = likely
    for point in range(POINTS):
        while passed < (point + 0.5) / POINTS and number < (tries or 10 * (mean + 1)):
            odds = (tries - number) * chance / (1 - chance) if tries and chance < 1 else mean
            number += 1
            likely *= odds / number
            passed += likely
        counts.append(number)
    return tuple(counts)

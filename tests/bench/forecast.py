"""The predicted wait at work: how often its range holds, how wide it is, and how far its middle is off.

Worlds live by the product's own rules and learn by them: nothing is known at first but what a site has noted since.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from model.entry import Entry
from model.foreseen import Range
from model.settings import Order
from scheduling.effects import Message
from scheduling.fairness.order import waiting
from scheduling.forecasting.forecast import foresee_wait
from scheduling.forecasting.habits import minutes
from tests.bench.workplace import CHARGERS, MONDAY, Visit, Workplace, visits

SEEDS = (1, 2, 3)
DRIVERS = 60
BUSY = {"usual": 0.6, "crowded": 0.8}
"""How likely a driver comes on a working day: about 90 % of all need is met then, or 70 %."""
LEARNING_WEEKS, WEEKS = 2, 5
SILENT, NO_SHOW = 0.05, 0.03
"""Of those who are asked, or have accepted."""
COVERED = (0.75, 0.85)
MOST_WIDTH_MIN = 150
MOST_ERROR_AT_JOIN = 0.32
MOST_ERROR_LOCKED_MIN = 26


@dataclass(slots=True)
class Told:
    """What a driver was told, at joining or when their place could not be taken any more, and what came of it."""

    user_id: str
    at: datetime
    range: Range | None
    locked: bool
    wait_min: float = 0.0
    served: bool = False

    @property
    def inside(self) -> bool:
        """Whether the range holds; for who went home it holds if it reaches beyond."""
        found = self.range
        high = found.high_min if found else None
        if not self.served:
            return high is None or high >= self.wait_min
        return found is not None and found.low_min <= self.wait_min and (high is None or self.wait_min <= high)


class Foretold(Workplace):
    """A workplace whose drivers are told how long they will wait, every second of them."""

    def __init__(self, seed: int) -> None:
        super().__init__(Order.SCORE, overstays=True)
        self._chance = random.Random(seed)
        self._open: list[Told] = []
        self.told: list[Told] = []

    def _arrives(self, visit: Visit) -> None:
        super()._arrives(visit)
        for entry in self._yard.site.queue:
            if entry.member.user_id == visit.name:
                self._tell(entry, locked=False)

    def _tell(self, entry: Entry, *, locked: bool) -> None:
        now = self._yard.now
        user_id = entry.member.user_id
        if now >= MONDAY + timedelta(weeks=LEARNING_WEEKS) and int(user_id[1:]) % 2 == 0:
            found = foresee_wait(self._yard.site, entry, now)
            self._open.append(Told(user_id=user_id, at=now, range=found.range, locked=locked))

    def _listen(self) -> None:
        for note in self._yard.told:
            if note.message is Message.OFFERED:
                self._over(note.user_id, served=True)
        super()._listen()
        first = [entry for entry in self._yard.site.queue if waiting(entry)][: self._yard.site.settings.locked_places]
        told = {one.user_id for one in self._open if one.locked}
        for entry in first:
            if entry.member.user_id not in told and not entry.let_go:
                self._tell(entry, locked=True)

    def _over(self, user_id: str, *, served: bool) -> None:
        for one in [one for one in self._open if one.user_id == user_id]:
            one.wait_min, one.served = minutes(one.at, self._yard.now), served
            self._open.remove(one)
            self.told.append(one)

    def _accepts(self, visit: Visit) -> None:
        if self._chance.random() >= SILENT:
            super()._accepts(visit)

    def _plugs_in(self, visit: Visit, charger_id: str) -> None:
        if self._chance.random() >= NO_SHOW:
            super()._plugs_in(visit, charger_id)

    def _leaves(self, visit: Visit) -> None:
        self._over(visit.name, served=False)
        super()._leaves(visit)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of many ranges told."""

    told: int
    covered: float
    width_min: float
    error_share: float
    """The sum of all errors over the sum of all waits."""
    error_min: float


def figures_of(told: Iterable[Told]) -> Figures:
    """Of those who were offered a charger."""
    served = [one for one in told if one.served]
    ranges = [one.range for one in served if one.range is not None and one.range.high_min is not None]
    widths = [found.high_min - found.low_min for found in ranges if found.high_min is not None]
    middles = [(one.wait_min, one.range.median_min) for one in served if one.range and one.range.median_min is not None]
    errors = [abs(wait_min - middle_min) for wait_min, middle_min in middles]
    return Figures(
        told=len(served),
        covered=sum(one.inside for one in served) / len(served),
        width_min=median(widths),
        error_share=sum(errors) / sum(wait_min for wait_min, _ in middles),
        error_min=sum(errors) / len(errors),
    )


def run() -> list[str]:
    """Print what came of the ranges; a sentence for each mark that is missed."""
    print(
        f"{CHARGERS} chargers, {DRIVERS} drivers, {LEARNING_WEEKS} weeks to learn, {WEEKS - LEARNING_WEEKS} judged, "
        f"seeds {SEEDS}"
    )
    print(f"{'':24}{'told':>6}{'covered':>9}{'median width':>14}{'error':>8}{'error':>9}")
    missed: list[str] = []
    for words, comes in BUSY.items():
        worlds = [Foretold(seed) for seed in SEEDS]
        for seed, world in zip(SEEDS, worlds, strict=True):
            world.live(visits(seed, WEEKS, DRIVERS, comes))
        told = [one for world in worlds for one in world.told]
        joined = figures_of(one for one in told if not one.locked)
        locked = figures_of(one for one in told if one.locked)
        _show(f"{words} days, at joining", joined)
        _show(f"{words} days, locked", locked)
        unserved = [one for one in told if not one.served and not one.locked]
        beyond_them = sum(one.inside for one in unserved)
        print(f"{'':24}{len(unserved)} went home unserved; the range reached beyond for {beyond_them}")
        missed += [f"{words} days: {sentence}" for sentence in beyond(joined, locked)]
    return missed


def _show(words: str, found: Figures) -> None:
    print(
        f"{words:24}{found.told:6}{100 * found.covered:7.1f} %{found.width_min:10.0f} min"
        f"{100 * found.error_share:6.1f} %{found.error_min:5.1f} min"
    )


def beyond(joined: Figures, locked: Figures) -> list[str]:
    """A sentence for each mark that is missed."""
    marks = [
        (COVERED[0] <= each.covered <= COVERED[1], f"the range {when} holds {100 * each.covered:.1f} %")
        for when, each in (("at joining", joined), ("when locked", locked))
    ]
    marks += [
        (joined.width_min <= MOST_WIDTH_MIN, f"the range is {joined.width_min:.0f} min wide"),
        (joined.error_share <= MOST_ERROR_AT_JOIN, f"at joining it is off by {100 * joined.error_share:.1f} %"),
        (locked.error_min <= MOST_ERROR_LOCKED_MIN, f"when locked it is off by {locked.error_min:.1f} min"),
    ]
    return [sentence for within, sentence in marks if not within]

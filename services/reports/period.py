"""Services: days of one location put together: what a day's or a week's report says. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from model.summary import ChargerDay, DaySummary, Outcomes
from services.reports.fairness import Fairness, fairness_of
from services.reports.sums import Sum, total_of


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of chargers: ``present_s`` is all the others together."""

    present_s: int = 0
    charging_s: int = 0
    occupied_s: int = 0
    """A car is in and does not charge: it is full, or nobody knows whose it is."""
    held_s: int = 0
    empty_s: int = 0


@dataclass(frozen=True, slots=True)
class ChargerPeriod:
    """One charger's part."""

    charger_id: str
    takings: Sum
    times: Times


@dataclass(frozen=True, slots=True)
class Waits:
    """From joining to plugging in, of those served; None where there was none."""

    count: int
    mean_s: float | None = None
    p50_s: int | None = None
    p90_s: int | None = None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The queue. Depths and the idle share are of the time that was observed."""

    observed_s: int
    mean_depth: float | None
    """By time, those snoozed too."""
    most_waiting: int
    waits: Waits
    idle_share: float | None
    """Of the chargers' time while the queue was open and somebody in it awake, the part in which they were free."""


@dataclass(frozen=True, slots=True)
class Period:
    """One location from the day ``first`` to the day ``last``, both included."""

    location_id: str
    first: date
    last: date
    starts_at: datetime
    ends_at: datetime
    as_of: datetime | None
    """Up to when all of it is counted; None: nothing is yet."""
    chargers: list[ChargerPeriod]
    outcomes: Outcomes
    queue: QueueFigures
    fairness: Fairness

    @property
    def takings(self) -> Sum:
        return total_of(one.takings for one in self.chargers)

    @property
    def times(self) -> Times:
        return _together(one.times for one in self.chargers)


def chargers_of(days: Sequence[DaySummary]) -> list[ChargerPeriod]:
    """Every charger of the days, by folded id."""
    names: dict[str, str] = {}
    takings: dict[str, Sum] = {}
    times: dict[str, list[Times]] = {}
    for day in days:
        for key, one in ({} if day.counted is None else day.counted.chargers).items():
            names[key] = one.charger_id
            takings.setdefault(key, Sum()).add(one.takings)
            times.setdefault(key, []).append(_times(day, key, one))
    return [ChargerPeriod(names[key], takings[key], _together(times[key])) for key in sorted(names)]


def outcomes_of(days: Sequence[DaySummary]) -> Outcomes:
    """How turns came out in all of the days."""
    sums: Counter[str] = Counter()
    for day in days:
        if day.counted is not None:
            sums.update({each.name: getattr(day.counted.outcomes, each.name) for each in fields(Outcomes)})
    return Outcomes(**sums)


def queue_of(days: Sequence[DaySummary]) -> QueueFigures:
    """The queue in all of the days."""
    queues = [day.queue for day in days]
    observed_s = sum(one.observed_s for one in queues)
    contested_s = sum(one.contested_charger_s for one in queues)
    return QueueFigures(
        observed_s=round(observed_s),
        mean_depth=sum(one.waiting_s for one in queues) / observed_s if observed_s else None,
        most_waiting=max((one.most_waiting for one in queues), default=0),
        waits=waits_of([wait_s for one in queues for wait_s in one.waits_s]),
        idle_share=sum(one.idle_charger_s for one in queues) / contested_s if contested_s else None,
    )


def waits_of(waits_s: Sequence[int]) -> Waits:
    """Mean and percentiles (nearest rank: a wait that somebody had)."""
    if not waits_s:
        return Waits(0)
    ranked = sorted(waits_s)
    p50, p90 = (ranked[max(0, -(-len(ranked) * percent // 100) - 1)] for percent in (50, 90))
    return Waits(len(ranked), sum(ranked) / len(ranked), p50, p90)


def period_fairness(days: Sequence[DaySummary]) -> Fairness:
    """How evenly needs were met in all of the days together."""
    return fairness_of(day.queue.needs for day in days)


def _times(day: DaySummary, key: str, one: ChargerDay) -> Times:
    """A charger stands here as long as decisions say so; on a day without any, all day."""
    queue, counted = day.queue, day.counted
    occupied_s = one.full_s + round(queue.blocked_s.get(key, 0.0))
    used_s = one.charging_s + occupied_s + one.held_s
    known_s = queue.present_s.get(key, 0.0)
    if not queue.observed_s and counted is not None:
        known_s = (counted.until - day.starts_at).total_seconds()
    present_s = max(round(known_s), used_s)
    return Times(present_s, one.charging_s, occupied_s, one.held_s, present_s - used_s)


def _together(times: Iterable[Times]) -> Times:
    found = list(times)
    return Times(*(sum(getattr(one, each.name) for one in found) for each in fields(Times)))

"""Services: how evenly needs were met. Pure.

A driver's need met is what they got over what they asked for in the same days, 1 at most, by the site's own service
records (``design`` §5): ``got`` is metered energy, ``ask`` the driver's usual charge, counted once a local day when
they were served or waited in vain, never what somebody typed. Drivers who asked for nothing are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.summary import Need


@dataclass(frozen=True, slots=True)
class Fairness:
    """Of so many drivers; None where there was none."""

    drivers: int
    worst_decile: float | None
    """The mean need met of the worst-served tenth (one driver at least), as ``tests/bench/score.py`` has it."""
    jain: float | None
    """Jain's index of needs met, (Σx)² / (n·Σx²): 1 where all are met alike, 1/n where only one is."""


def fairness_of(days: Iterable[Mapping[str, Need]]) -> Fairness:
    """The fairness of some days together."""
    got: dict[str, int] = {}
    ask: dict[str, int] = {}
    for day in days:
        for user_id, need in day.items():
            got[user_id] = got.get(user_id, 0) + need.got_wh
            ask[user_id] = ask.get(user_id, 0) + need.ask_wh
    met = sorted(min(1.0, max(0, got[user_id]) / wh) for user_id, wh in ask.items() if wh > 0)
    if not met:
        return Fairness(0, None, None)
    worst = met[: max(1, len(met) // 10)]
    return Fairness(len(met), sum(worst) / len(worst), _jain(met))


def _jain(values: list[float]) -> float:
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0

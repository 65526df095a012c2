"""The score at work: what one habitual overstayer costs colleagues in four weeks, under FIFO and under the score."""

from dataclasses import dataclass

from model.settings import Order
from tests.bench.workplace import CHARGERS, DRIVERS, OVERSTAYER, WEEKS, Tally, Visit, Workplace, visits

SEEDS = (1, 2, 3)
WORKING_DAYS = 5 * WEEKS


@dataclass(frozen=True, slots=True)
class Outcome:
    """One order of the queue, lived with and without overstaying."""

    overstayer: float
    """Share of the need met, as the others."""
    colleagues: float
    worst_tenth: float
    lost_kwh: float
    """By all colleagues together, a day, against the same world without overstaying."""
    delivered_kwh: float


def run() -> list[str]:
    """Print need met and energy lost; a sentence unless colleagues lose less than under FIFO."""
    days = [visits(seed) for seed in SEEDS]
    print(f"{CHARGERS} chargers, {DRIVERS} drivers, {WEEKS} weeks, one habitual overstayer, seeds {SEEDS}")
    fifo, score = (mean([lived(order, drawn) for drawn in days]) for order in (Order.FIFO, Order.SCORE))
    print(f"{'':44}{'FIFO':>9}{'score':>9}")
    for words, name, unit in (
        ("need met: the overstayer", "overstayer", "%"),
        ("need met: colleagues, mean", "colleagues", "%"),
        ("need met: colleagues, worst tenth", "worst_tenth", "%"),
        ("lost by colleagues to the overstayer, a day", "lost_kwh", "kWh"),
        ("delivered to everybody, a day", "delivered_kwh", "kWh"),
    ):
        shown = [getattr(one, name) * (100 if unit == "%" else 1) for one in (fifo, score)]
        print(f"{words:44}" + "".join(f"{value:9.1f}" for value in shown) + f" {unit}")
    if score.lost_kwh < fifo.lost_kwh:
        return []
    return [f"colleagues lose {score.lost_kwh:.1f} kWh a day under the score, {fifo.lost_kwh:.1f} under FIFO"]


def lived(order: Order, days: list[Visit]) -> Outcome:
    """What came of the same days in one order."""
    tallies = Workplace(order, overstays=True).live(days)
    spared = Workplace(order, overstays=False).live(days)
    met = sorted(tally.met for name, tally in tallies.items() if name != OVERSTAYER)
    worst = met[: max(1, len(met) // 10)]
    return Outcome(
        overstayer=tallies[OVERSTAYER].met,
        colleagues=sum(met) / len(met),
        worst_tenth=sum(worst) / len(worst),
        lost_kwh=_colleagues_kwh(spared) - _colleagues_kwh(tallies),
        delivered_kwh=sum(tally.got_wh for tally in tallies.values()) / 1000 / WORKING_DAYS,
    )


def _colleagues_kwh(tallies: dict[str, Tally]) -> float:
    """What all but the overstayer got in a day."""
    return sum(tally.got_wh for name, tally in tallies.items() if name != OVERSTAYER) / 1000 / WORKING_DAYS


def mean(outcomes: list[Outcome]) -> Outcome:
    """Field by field."""
    names = Outcome.__slots__
    return Outcome(**{name: sum(getattr(one, name) for one in outcomes) / len(outcomes) for name in names})

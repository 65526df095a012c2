"""A working day of drivers, planned before anything happens: pure, and the same for the same order."""

from dataclasses import dataclass
from enum import StrEnum

from simulator.cars import CATALOGUE
from simulator.chance import Chance
from simulator.people import figures
from simulator.people.order import DayOrder

MIDNIGHT_S = 24 * 3600
SHORTEST_STAY_S = 900
LEAST_NEED_WH = 500


class Start(StrEnum):
    """How a driver starts a charge."""

    PLUG_FIRST = "plug_first"
    TAP_FIRST = "tap_first"
    APP = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One driver's day; times are seconds after midnight, or of waiting. ``patience_s``: how long they look for a free
    connector. ``move_s``: from being told that the car is full to driving it away.
    """

    driver: str
    tag: str
    car: str
    need_wh: int
    arrives_s: int
    leaves_s: int
    start: Start
    overstays: bool
    no_show: bool
    taps_to_stop: bool
    walk_s: int
    move_s: int
    patience_s: int


def plan_day(order: DayOrder) -> list[Visit]:
    """By arrival. Another number of drivers leaves the days of the others as they were."""
    visits = [_visit(order, number) for number in range(1, order.drivers + 1)]
    return sorted(visits, key=lambda visit: (visit.arrives_s, visit.driver))


def _visit(order: DayOrder, number: int) -> Visit:
    chance = Chance("day", order.seed, number)
    works = chance.happens(figures.WORK_SHARE)
    cluster = chance.weighted(figures.WORK if works else figures.VISIT)
    arrives_s = figures.LATER_S + cluster.arrives_s + round(cluster.arrives_deviation_s * chance.bell())
    stays_s = round(cluster.stays_s * (1 + cluster.stays_deviation * chance.bell()))
    arrives_s = min(max(arrives_s, 0), MIDNIGHT_S - 2 * SHORTEST_STAY_S)
    need_wh = _need_wh(chance, works=works)
    car = chance.weighted({name: weight for name, weight in figures.CARS.items() if _holds(name, need_wh)})
    return Visit(
        driver=f"driver-{number:04}",
        tag=order.tag(number),
        car=car,
        need_wh=need_wh,
        arrives_s=arrives_s,
        leaves_s=min(arrives_s + max(stays_s, SHORTEST_STAY_S), MIDNIGHT_S - 1),
        start=_start(order, chance),
        overstays=chance.happens(order.overstays),
        no_show=chance.happens(order.no_shows),
        taps_to_stop=chance.happens(order.tap_to_stop),
        walk_s=round(chance.between(120, 600)),
        move_s=round(chance.between(180, 840)),
        patience_s=round(chance.between(1_800, 10_800)),
    )


def _need_wh(chance: Chance, *, works: bool) -> int:
    """One of the log-normals; e to the power of a small x as 1 + x + x²/2, which is the same on every machine."""
    middle_wh = chance.weighted(figures.ENERGY) * (1 if works else figures.VISIT_ENERGY)
    apart = figures.ENERGY_DEVIATION * chance.bell()
    return max(LEAST_NEED_WH, round(middle_wh * (1 + apart + apart * apart / 2)))


def _holds(car: str, need_wh: int) -> bool:
    return need_wh <= CATALOGUE[car].battery_wh * figures.MOST_OF_BATTERY


def _start(order: DayOrder, chance: Chance) -> Start:
    by_app, tap_first = chance.happens(order.by_app), chance.happens(order.tap_first)
    if by_app:
        return Start.APP
    return Start.TAP_FIRST if tap_first else Start.PLUG_FIRST

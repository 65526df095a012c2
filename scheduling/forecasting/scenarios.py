"""Scheduling: how a queue may go on, played through a fixed number of times. No chance: what is drawn follows from ids.

So the same site at the same minute foresees the same, and one more ahead changes nothing but what follows from them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace

from scheduling.forecasting.chances import FOREVER, Chances
from scheduling.forecasting.drawing import even, lets_go, mixed, pick
from scheduling.forecasting.spread import POINTS, Table

SCENARIOS = 160
FEWEST = 40
MOST_STEPS = 8000
"""Entries times scenarios: a longer queue is played through less often."""
_NEWCOMERS = -1000
"""Their numbers go down from here: never an entry's."""

Free = Callable[[int], float]
"""Minutes from now until a charger is free, drawn by a number of 64 bits."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A charger that works. ``open_to``: indexes of the turns that may use it; None: all."""

    key: int
    free: Free
    open_to: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody in the line."""

    key: int
    charging: Table
    moving: Table
    awake_min: float = 0.0
    leaving: Table = ()
    """Minutes until they go home; empty: they do not, as the one who asks."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who may come from ``start_min`` on for ``long_min`` and rank before the one who asks: how many, by chance."""

    start_min: float
    long_min: float
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """What is played through. ``mine``: the index of the one who asks among ``turns``."""

    machines: Sequence[Machine]
    turns: Sequence[Turn]
    mine: int
    arrivals: Sequence[Arrivals]
    newcomer: Turn
    locked_places: int
    spans: Sequence[tuple[float, float]]
    """Minutes from now between which offers are made."""


def waits(line: Line, chances: Chances) -> list[float]:
    """Minutes until the one who asks is offered a charger, in order; infinite where that is not before the end."""
    times = min(SCENARIOS, max(FEWEST, MOST_STEPS // max(1, len(line.turns))))
    return sorted(_played(line, chances, scenario) for scenario in range(times))


def _played(line: Line, chances: Chances, scenario: int) -> float:
    free = [(machine.free(mixed(machine.key, scenario)), index) for index, machine in enumerate(line.machines)]
    if not free:
        return FOREVER
    heapify(free)
    coming = _coming(line, scenario)
    queue = list(range(len(line.turns)))
    while True:
        at, index = free[0]
        opens = _open_at(line.spans, at)
        if opens == FOREVER:
            return FOREVER
        if opens > at:
            heapreplace(free, (opens, index))
            continue
        while coming and coming[-1][0] <= at:
            _overtakes(line, queue, coming.pop(), at)
        turn = _next(line, queue, line.machines[index], at, scenario)
        if turn == line.mine:
            return at
        if turn is None:
            later = [line.turns[one].awake_min for one in queue if one < len(line.turns)]
            heapreplace(free, (min((each for each in later if each > at), default=FOREVER), index))
            continue
        heapreplace(free, (_gone(line, chances, turn, at, scenario), index))


def _coming(line: Line, scenario: int) -> list[tuple[float, int]]:
    """(minute, index behind those of the line) of all who will come and may overtake, the last first."""
    found = []
    for slot, each in enumerate(line.arrivals):
        number = each.counts[mixed(-1 - slot, scenario) & (POINTS - 1)]
        for one in range(number):
            drawn = mixed(_NEWCOMERS - 100 * slot - one, scenario)
            found.append((each.start_min + each.long_min * even(drawn), len(line.turns) + 100 * slot + one))
    return sorted(found, reverse=True)


def _overtakes(line: Line, queue: list[int], newcomer: tuple[float, int], at: float) -> None:
    """Behind the locked places, if the one who asks is not in them."""
    mine = queue.index(line.mine)
    turns = len(line.turns)
    ahead = sum(one >= turns or line.turns[one].awake_min <= at for one in queue[:mine])
    if ahead >= line.locked_places:
        queue.insert(mine, newcomer[1])


def _next(line: Line, queue: list[int], machine: Machine, at: float, scenario: int) -> int | None:
    """The first who is awake, may use the charger and has not left; out of the queue with them."""
    place, turns = 0, len(line.turns)
    while place < len(queue):
        one = queue[place]
        if one >= turns:
            del queue[place]
            return one
        turn = line.turns[one]
        if turn.awake_min > at or (machine.open_to is not None and one not in machine.open_to):
            place += 1
            continue
        del queue[place]
        if not turn.leaving or pick(turn.leaving, mixed(turn.key, scenario), 18) > at:
            return one
    return None


def _gone(line: Line, chances: Chances, one: int, at: float, scenario: int) -> float:
    """When the charger is free again that somebody is offered at ``at``."""
    known = one < len(line.turns)
    turn = line.turns[one] if known else line.newcomer
    drawn = mixed(turn.key if known else _NEWCOMERS - (one - len(line.turns)), scenario)
    if lets_go(chances.let_go, drawn):
        return at + pick(chances.letting_go, drawn, 0)
    gone = at + pick(chances.coming, drawn, 0) + pick(turn.charging, drawn, 6) + pick(turn.moving, drawn, 12)
    return max(at, min(gone, pick(turn.leaving, drawn, 18))) if known and turn.leaving else gone


def _open_at(spans: Sequence[tuple[float, float]], at: float) -> float:
    """The first minute from ``at`` on at which offers are made."""
    for opens, closes in spans:
        if at < closes:
            return max(at, opens)
    return FOREVER

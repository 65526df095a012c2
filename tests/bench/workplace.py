"""A workplace of drivers and cars around the pure rules: four weeks of mornings, event by event, no real time."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from model.charger import Phase
from model.errors import Conflict
from model.settings import Order, Settings
from scheduling.effects import Message
from scheduling.inputs import Tick
from tests.fakes.yard import Yard

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKS = 4
CHARGERS = 8
DRIVERS = 55
OVERSTAYER = "d00"
COMES = 0.8
"""The chance that a driver comes on a working day with something to charge."""
POWERS_W = (3600, 3600, 7200, 11000)


@dataclass(frozen=True, slots=True)
class Visit:
    """One driver's day, drawn before anything happens, so that all worlds live the same days."""

    name: str
    arrives_at: datetime
    leaves_at: datetime
    need_wh: int
    power_w: int
    answer_s: float
    walk_s: float
    move_s: float
    stay_s: float
    """How much longer the overstayer leaves the full car where it is."""


@dataclass(slots=True)
class Tally:
    """What one driver needed and got, in Wh."""

    need_wh: int = 0
    got_wh: int = 0

    @property
    def met(self) -> float:
        return self.got_wh / self.need_wh if self.need_wh else 1.0


def visits(seed: int, weeks: int = WEEKS, drivers: int = DRIVERS, comes_by: float = COMES) -> list[Visit]:
    """All days of all drivers."""
    chance = random.Random(seed)
    cars = {f"d{number:02}": (chance.choice(POWERS_W), chance.uniform(6_000, 16_000)) for number in range(drivers)}
    drawn = []
    for day in range(7 * weeks):
        if day % 7 > 4:
            continue
        for name, (power_w, usual_wh) in cars.items():
            comes = chance.random() < comes_by
            arrives_at = MONDAY + timedelta(days=day, hours=chance.gauss(8.25, 0.75))
            visit = Visit(
                name=name,
                arrives_at=arrives_at,
                leaves_at=arrives_at + timedelta(hours=chance.uniform(7.5, 9)),
                need_wh=round(usual_wh * chance.uniform(0.6, 1.4)),
                power_w=power_w,
                answer_s=chance.uniform(20, 300),
                walk_s=chance.uniform(120, 600),
                move_s=chance.uniform(180, 840),
                stay_s=3600 * chance.uniform(2, 5),
            )
            if comes:
                drawn.append(visit)
    return drawn


@dataclass
class Workplace:
    """One world: the order of its queue, and whether the overstayer overstays."""

    order: Order
    overstays: bool
    tallies: dict[str, Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._yard = Yard(time_zone="UTC", settings=Settings(order=self.order), now=MONDAY)
        for number in range(CHARGERS):
            self._yard.connector(f"c{number}", "CP1", number + 1)
        self._todo: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._visits: dict[str, Visit] = {}
        self._registers = dict.fromkeys(self._yard.site.chargers, 0)

    def live(self, days: list[Visit]) -> dict[str, Tally]:
        """Everything that happens; what each driver needed and got."""
        for visit in days:
            self._at(visit.arrives_at, partial(self._arrives, visit))
        while self._todo:
            at, _, what = self._todo[0]
            due = self._yard.site.next_due_at
            if due is not None and due < at:
                self._yard.now = due
                self._yard.decide(Tick())
                self._listen()
                continue
            heapq.heappop(self._todo)
            self._yard.now = at
            what()
            self._listen()
        return self.tallies

    def _at(self, when: datetime, what: Callable[[], None]) -> None:
        heapq.heappush(self._todo, (when, next(self._numbers), what))

    def _after(self, seconds: float, what: Callable[[], None]) -> None:
        self._at(self._yard.now + timedelta(seconds=seconds), what)

    def _listen(self) -> None:
        """Drivers act on what they are told, some time later."""
        told, self._yard.told = self._yard.told, []
        for note in told:
            visit = self._visits[note.user_id]
            if note.message is Message.OFFERED:
                self._after(visit.answer_s, partial(self._accepts, visit))
            elif note.message is Message.HELD:
                self._after(visit.walk_s, partial(self._plugs_in, visit, note.charger_id))

    def _arrives(self, visit: Visit) -> None:
        self._visits[visit.name] = visit
        tally = self.tallies.setdefault(visit.name, Tally())
        tally.need_wh += visit.need_wh
        self._yard.join(visit.name)
        self._at(visit.leaves_at, partial(self._leaves, visit))

    def _phase(self, name: str) -> tuple[str, Phase] | None:
        for charger, session in self._yard.open_sessions():
            if session.entry is not None and session.entry.member.user_id == name:
                return charger.charger_id, session.phase
        return None

    def _accepts(self, visit: Visit) -> None:
        if self._phase(visit.name) is not None:
            self._yard.accept(visit.name)

    def _plugs_in(self, visit: Visit, charger_id: str) -> None:
        if self._phase(visit.name) != (charger_id, Phase.HELD):
            return
        transaction_id = f"{charger_id}-{next(self._numbers)}"
        self._yard.starts(visit.name, transaction_id, charger_id, meter_start_wh=self._registers[charger_id])
        begun_at = self._yard.now
        full_at = min(begun_at + timedelta(hours=visit.need_wh / visit.power_w), visit.leaves_at)
        drawn_wh = round(visit.power_w * (full_at - begun_at).total_seconds() / 3600)
        self._at(full_at, partial(self._is_full, visit, charger_id, transaction_id, drawn_wh))

    def _is_full(self, visit: Visit, charger_id: str, transaction_id: str, drawn_wh: int) -> None:
        self._registers[charger_id] += drawn_wh
        self.tallies[visit.name].got_wh += drawn_wh
        self._yard.stops(transaction_id, self._registers[charger_id], charger_id)
        stays = visit.stay_s if self.overstays and visit.name == OVERSTAYER else 0.0
        gone_at = min(self._yard.now + timedelta(seconds=visit.move_s + stays), visit.leaves_at)
        self._at(max(gone_at, self._yard.now), partial(self._drives_off, charger_id))

    def _drives_off(self, charger_id: str) -> None:
        self._yard.status("available", charger_id)

    def _leaves(self, visit: Visit) -> None:
        """Whoever still waits, or is only asked, goes home."""
        found = self._phase(visit.name)
        if found is not None and found[1] in {Phase.CHARGING, Phase.FULL}:
            return
        try:
            self._yard.leave(visit.name)
        except Conflict:
            self._yard.told = []  # Not here any more.

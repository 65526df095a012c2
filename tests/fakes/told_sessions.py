"""A location whose decisions only tell of sessions: as late, as often and in whichever order a test likes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from model import paths
from model.calendar import Calendar, days_between
from model.charger import Charger, EndReason
from model.decision import Actor, Decision
from model.documents import from_json, to_json
from model.session import Session
from model.site import Site
from model.store.counting import CountingStore
from model.store.memory import MemoryStore
from model.store.port import Store, Transaction
from model.store.query import Order, Query
from model.summary import ChargerDay, Counted, DaySummary
from services.reports.counting import count_day
from services.reports.documents import read_cursor, read_day
from services.reports.summarising import Summaries
from services.sites.decision_document import decision_document
from services.sites.packing import unpack
from services.sites.session_document import session_document
from services.sites.site_document import site_document
from tests.fakes.clock import FakeClock

T = TypeVar("T")
LOT = "lot"
BEGINNING = datetime(2026, 3, 27, 9, tzinfo=UTC)
"""Two days before the clocks change in Vienna."""


class Stopped(Exception):
    """The process ended here."""


class Unlucky(CountingStore):
    """``before`` is called ahead of each transaction, ``after`` behind it: what they raise ends the process there."""

    before: Callable[[], None] = staticmethod(lambda: None)
    after: Callable[[], None] = staticmethod(lambda: None)

    def transact(self, body: Callable[[Transaction], T]) -> T:
        self.before()
        result = super().transact(body)
        self.after()
        return result


@dataclass
class ToldSessions:
    """``sessions`` is what is stored of them, by number."""

    inner: Store = field(default_factory=MemoryStore)
    zone: str = "Europe/Vienna"
    clock: FakeClock = field(default_factory=lambda: FakeClock(BEGINNING))
    sessions: dict[int, Session] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Unlucky(self.inner)
        chargers = {f"c{number}": Charger(charger_id=f"C{number}") for number in (1, 2)}
        self.site = Site(location_id=LOT, time_zone=self.zone, chargers=chargers)
        self.decide()

    @property
    def summaries(self) -> Summaries:
        return Summaries(self.store, self.clock)

    def decide(self, *told: Session, **figures: Any) -> None:
        """A decision now, about these sessions."""
        self.site = replace(self.site, version=self.site.version + 1, decided_at=self.clock.now())
        events = [{"event": "corrected", **msgspec.to_builtins(one)} for one in told]
        decision = Decision(
            location_id=LOT,
            version=self.site.version,
            at=self.clock.now(),
            actor=Actor(kind="system"),
            inputs=[],
            changes={"sessions": events},
            figures={"queue": [1, 1, 2, 2], "zone": self.site.time_zone, "waits_s": [self.site.version], **figures},
        )

        def save(transaction: Transaction) -> None:
            for one in told:
                transaction.put(paths.session(LOT, one.charger_id, one.number), session_document(one))
            transaction.put(paths.location(LOT), site_document(self.site, to_json(self.site)))
            transaction.put(paths.decision(LOT, decision.version), decision_document(decision))

        self.inner.transact(save)
        self.sessions |= {one.number: one for one in told}

    def tell(self, began: datetime, hours: float, energy_wh: int, *, charger: int = 1, **known: Any) -> Session:
        """Of a charge that is over by now, or of one that still runs."""
        ended = began + timedelta(hours=hours)
        over = ended <= self.clock.now()
        record: dict[str, Any] = {"user_id": "u1", "currency": "EUR", "charged": energy_wh // 100, **known}
        session = Session(
            location_id=LOT,
            charger_id=f"C{charger}",
            number=len(self.sessions) + 1,
            assigned_at=began,
            plugged_at=began,
            ended_at=ended if over else None,
            end_reason=EndReason.UNPLUGGED if over else None,
            energy_wh=energy_wh,
            **record,
        )
        self.decide(session)
        return session

    def correct(self, number: int, energy_wh: int) -> None:
        """More energy is told of, and charged; a session that should be over by now is."""
        known = self.sessions[number]
        self.decide(replace(known, energy_wh=known.energy_wh + energy_wh, charged=known.charged + energy_wh // 100))

    def end(self, number: int, at: datetime) -> None:
        known = self.sessions[number]
        self.decide(replace(known, ended_at=max(at, known.assigned_at), end_reason=EndReason.UNPLUGGED))

    def bring_up(self) -> None:
        """Run until nothing is left to do."""
        while self.summaries.run():
            pass

    def calendar(self) -> Calendar:
        cursor = read_cursor(self.inner, LOT)
        assert cursor is not None
        return cursor.calendar

    def recounted(self) -> dict[str, Counted]:
        """Every day that is summarised or has a session, counted from all sessions at once."""
        calendar, now = self.calendar(), self.clock.now()
        known = [calendar.date_of(one.assigned_at) for one in self.sessions.values()]
        standing = [one.charger_id for one in self.site.chargers.values()]
        found = {}
        for day in days_between(min(known, default=calendar.date_of(now)), calendar.date_of(now)):
            counted = count_day(self.sessions.values(), calendar.start(day), calendar.end(day), now, standing)
            if self._summary(day) is not None or any(map(_busy, counted.chargers.values())):
                found[day.isoformat()] = counted
        return found

    def summarised(self) -> dict[str, Counted]:
        """The same days as the summaries have them."""
        found = {name: self._summary(date.fromisoformat(name)) for name in self.recounted()}
        return {name: counted for name, counted in found.items() if counted is not None}

    def folded(self) -> tuple[list[int], float]:
        """The versions of all decisions that are in, each as a wait; and the seconds that were observed."""
        query = Query(paths.days(LOT), order_by=(Order("date"),))
        days = [from_json(DaySummary, unpack(one.data["body"])).queue for one in self.inner.query(query)]
        return sorted(wait for day in days for wait in day.waits_s), sum(day.observed_s for day in days)

    def _summary(self, day: date) -> Counted | None:
        found = read_day(self.inner, LOT, day)
        return None if found is None else found.counted


def _busy(charger: ChargerDay) -> bool:
    return charger != ChargerDay(charger_id=charger.charger_id)

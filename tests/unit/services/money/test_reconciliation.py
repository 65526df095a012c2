"""A week of charges whose readings come late, doubled and out of order: samples, sessions and ledger say the same.

What is held against them is only what the meters showed: stop less start, and the price when the car was plugged in.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from model import paths
from model.meter.samples import merged
from model.meter.words import REGISTER
from model.money.ledger import EntryKind
from model.session import Session
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.meter.segments import segments
from services.meter.tail import tail_of
from services.money.checking import check_books
from services.money.sampled import Sampled, Samplings
from services.sites.session_document import session_of
from tests.fakes.money_world import PREPAID, MoneyWorld
from tests.fakes.site_world import ADMIN, YARD

CHARGERS = 3
CHARGES = 60
RICH = 10**6


@dataclass(frozen=True)
class Shown:
    """What a meter showed of one charge, and what a kWh cost then."""

    transaction_id: str
    start_wh: int
    stop_wh: int
    price: int

    @property
    def energy_wh(self) -> int:
        return self.stop_wh - self.start_wh

    @property
    def amount(self) -> int:
        """Wh times thousandths of a cent per kWh, rounded half up."""
        return (2 * self.energy_wh * self.price + 10**6) // (2 * 10**6)


class Week:
    """``shown`` is the truth; ``world`` was told of it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = MoneyWorld()
        self.prices = replace(PREPAID, grace_s=10**6, overdraft=RICH)
        self.world.paid_location(chargers=CHARGERS, settings=self.prices)
        self.users = [self.world.account(name) for name in ("ann", "bob", "cid")]
        self.register_wh = {number: 10**6 * number for number in range(1, CHARGERS + 1)}
        self.shown: list[Shown] = []
        self.left_over: dict[int, list[dict[str, Any]]] = {number: [] for number in self.register_wh}
        """By connector: told after the next charge there."""
        for number in range(CHARGES):
            self.charge(f"t{number}", connector=1 + number % CHARGERS)
        for connector in self.left_over:
            self.tell_left_over(connector)

    def charge(self, transaction_id: str, connector: int) -> None:
        chance, world = self.chance, self.world
        if chance.random() < 0.3:
            self.prices = replace(self.prices, price=chance.choice([30_000, 25_001, 77_777]))
            world.services.keeping.put_location(YARD, PutLocation(settings=self.prices), ADMIN)
        start_wh = self.register_wh[connector]
        world.starts(chance.choice(self.users).tag, transaction_id, start_wh, connector)
        readings, late = list(self.readings(transaction_id, connector)), []
        last = readings.pop()["samples"]
        chance.shuffle(readings)
        while readings:
            post = [readings.pop() for _ in range(min(len(readings), chance.randint(1, 6)))]
            if chance.random() < 0.1:
                late += post
                continue
            world.post(*post)
            if chance.random() < 0.2:
                world.post(*post)
        stop_wh = self.register_wh[connector]
        ended = world.event(
            "CP1", "transaction_ended", connector=connector, transaction_id=transaction_id, meter_stop_wh=stop_wh,
            reason="EVDisconnected", samples=last,
        )  # fmt: skip
        for _ in range(chance.randint(1, 2)):
            world.post(ended)
        self.tell_left_over(connector)
        self.left_over[connector] += late
        self.shown.append(Shown(transaction_id, start_wh, stop_wh, self.prices.price or 0))
        world.clock.advance(minutes=chance.randint(1, 120))

    def tell_left_over(self, connector: int) -> None:
        late, self.left_over[connector] = self.left_over[connector], []
        self.chance.shuffle(late)
        self.world.post(*late)

    def readings(self, transaction_id: str, connector: int) -> Iterator[dict[str, Any]]:
        """From the start to the end, every half minute; time goes on."""
        minutes = self.chance.randint(3, 60)
        for half in range(2 * minutes + 1):
            context = {0: "Transaction.Begin", 2 * minutes: "Transaction.End"}.get(half, "Sample.Periodic")
            at = self.world.clock.now().isoformat()
            wh = str(self.register_wh[connector])
            sample = {"at": at, "value": wh, "unit": "Wh", "context": context}
            yield self.world.event("CP1", "meter", connector=connector, transaction_id=transaction_id, samples=[sample])
            if half < 2 * minutes:
                self.world.clock.advance(seconds=30)
                self.register_wh[connector] += self.chance.choice([0, 33, 91, 183])

    def sessions(self) -> dict[str, Session]:
        """By transaction."""
        found = self.world.store.query(Query(paths.SESSIONS, group=True))
        return {session.transaction_id: session for session in (session_of(one.data) for one in found)}

    def registered_wh(self, session: Session) -> int:
        """The highest less the lowest register in all that is kept of a session."""
        document = self.world.store.get(paths.session(YARD, session.charger_id, session.number))
        assert document is not None
        kept = merged(*segments(self.world.store, session), tail_of(document.data).samples)
        found = [milli for series, known in kept.items() if series.measurand == REGISTER for milli in known.values()]
        return (max(found) - min(found)) // 1000

    def charged(self) -> dict[str, int]:
        """What the ledgers took for each session, by its name."""
        entries = [entry for user in self.users for entry in self.world.ledger(user)]
        return {entry.entry_id: -entry.amount for entry in entries if entry.kind is EntryKind.SESSION}


@pytest.mark.parametrize("seed", [1])
def test_samples_sessions_and_ledger_agree_with_the_meters_of_a_chaotic_week(seed: int) -> None:
    week = Week(seed)
    sessions, samplings, charged = week.sessions(), Samplings(week.world.store), week.charged()
    assert len(sessions) == len(week.shown) == CHARGES
    for shown in week.shown:
        session = sessions[shown.transaction_id]
        assert session.energy_wh == week.registered_wh(session) == shown.energy_wh
        assert samplings.of(session) == Sampled(energy_wh=shown.energy_wh, whole=True)
        assert session.cost == charged.get(session.name, 0) == shown.amount, session
    assert week.world.store.query(Query(paths.METER, group=True))
    books = check_books(week.world.store)
    assert (books.problems, books.sessions) == ([], CHARGES)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(2, 10))
def test_they_agree_in_many_weeks(seed: int) -> None:
    test_samples_sessions_and_ledger_agree_with_the_meters_of_a_chaotic_week(seed)

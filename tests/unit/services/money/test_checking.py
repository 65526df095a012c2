"""The check of the books finds nothing after a chaotic week, and whatever is tampered with."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from model import paths
from model.account import User
from model.errors import KilowaitError
from model.money.ledger import EntryKind
from model.money.tariff import Window
from model.session import Session
from model.settings import WEEKDAYS
from model.store.port import Reads
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.accounts import deletion
from services.money import administration
from services.money.bookkeeping import Bookkeeping
from services.money.checking import check_books
from services.money.sampled import Sampled, Samplings
from services.sites.replay import replay
from services.sites.session_document import session_of
from services.slot import Slot
from tests.fakes.money_world import CREDIT, PREPAID, ROOT, MoneyWorld
from tests.fakes.site_world import ADMIN, DRIVER, YARD

EVENING = (Window(days=WEEKDAYS, start="17:00", end="21:00", price=60_000),)
NAMES = ("ann", "bob", "cid", "dee")


def unsampled(_reads: Reads) -> Callable[[Session], Sampled | None]:
    """Samples of charge points that never tell the end of a transaction show what nobody is billed."""
    return lambda _session: None


class Week:
    """Drivers charge, overstay, pay and are paid back; bridges repeat themselves and tell late; prices change."""

    def __init__(self, seed: int, steps: int) -> None:
        self.chance = random.Random(seed)
        self.world = MoneyWorld()
        self.world.paid_location(chargers=2, settings=replace(PREPAID, tariffs=EVENING, response_s=120, plug_in_s=120))
        self.users = [self.world.account(name) for name in NAMES]
        self.told: list[dict[str, Any]] = []
        self.late: list[dict[str, Any]] = []
        self.paid: list[str] = []
        self.register_wh = {1: 1000, 2: 500_000}
        """By connector."""
        for step in range(steps):
            with contextlib.suppress(KilowaitError):
                self.act(step)
            self.world.nudged()
            self.world.clock.advance(seconds=self.chance.choice([5, 60, 400, 1800, 9000]))
            while len(self.late) > 1:
                self.tell_late()
        while self.late:
            self.tell_late()

    def act(self, step: int) -> None:
        user, number = self.chance.choice(self.users), self.chance.randint(1, 2)
        match self.chance.randint(0, 13):
            case 0 | 1:
                self.world.services.queueing.join(YARD, user.user_id, DRIVER)
            case 2:
                self.world.services.queueing.answer_offer(YARD, user.user_id, "accept", DRIVER)
            case 3 | 4 | 5 | 6 | 7:
                self.charge(user, number, step)
            case 8 | 9 | 10 | 11:
                self.trouble(number)
            case 12:
                self.money(user)
            case 13:
                price = self.chance.choice([None, 0, 25_001, 77_777])
                settings = replace(self.world.site().settings, price=price, overdraft=self.chance.choice([0, 500]))
                self.world.services.keeping.put_location(YARD, PutLocation(settings=settings), ADMIN)

    def charge(self, user: User, number: int, step: int) -> None:
        chance, running = self.chance, self.world.charger(number).transaction
        if running is None:
            began = {"transaction_id": f"t{step}", "meter_start_wh": self.register_wh[number], "tag": user.tag}
            self.tell("transaction_started", connector=number, **began)
        elif any(one["transaction_id"] == running.transaction_id for one in self.late):
            pass  # Over, and not told yet.
        elif chance.random() < 0.4:
            self.live(number, running.transaction_id)
        else:
            self.register_wh[number] += chance.choice([0, 333, 7_777, 45_678])
            over: dict[str, Any] = {"transaction_id": running.transaction_id, "meter_stop_wh": self.register_wh[number]}
            ended = self.world.event(
                "CP1", "transaction_ended", reason=chance.choice(["Local", "EVDisconnected"]), **over
            )
            if chance.random() < 0.3:
                self.late.append(ended)
            else:
                self.told.append(ended)
                self.world.post(ended)

    def trouble(self, number: int) -> None:
        chance, world = self.chance, self.world
        match chance.randint(0, 3):
            case 0:
                self.tell("status", connector=number, status=chance.choice(["available", "finishing", "charging"]))
            case 1:
                world.services.charging.end_session(YARD, f"c{number}", "admin", ADMIN)
            case 2 if self.told:  # told again
                world.post(*chance.sample(self.told, min(3, len(self.told))))
            case 3 if self.late:
                self.tell_late()

    def tell_late(self) -> None:
        self.world.seq += 1
        self.told.append({**self.late.pop(0), "seq": self.world.seq})
        self.world.post(self.told[-1])

    def tell(self, kind: str, **fields: Any) -> None:
        event = self.world.event("CP1", kind, **fields)
        self.told.append(event)
        self.world.post(event)

    def undersold(self) -> list[str]:
        """Sessions that drew more by their samples than was billed, though the end of their transaction was told."""
        told = {one["transaction_id"] for one in self.told if one["kind"] == "transaction_ended"}
        samplings = Samplings(self.world.store)
        sessions = [session_of(one.data) for one in self.world.store.query(Query(paths.SESSIONS, group=True))]
        return [
            f"{session.name}: {session.energy_wh} Wh, {sampled}"
            for session in sessions
            if session.transaction_id in told
            and (sampled := samplings.of(session)) is not None
            and sampled.energy_wh > session.energy_wh
        ]

    def live(self, number: int, transaction_id: str) -> None:
        now = self.world.clock.now()
        samples = []
        for back_s, more_wh in ((2, 100), (0, self.chance.choice([0, 200, 800]))):
            self.register_wh[number] += more_wh
            at = (now - timedelta(seconds=back_s)).isoformat()
            samples.append({"at": at, "value": str(self.register_wh[number]), "unit": "Wh"})
        self.tell("meter", connector=number, transaction_id=transaction_id, samples=samples)

    def money(self, user: User) -> None:
        world, chance = self.world, self.chance
        match chance.randint(0, 3):
            case 0 | 1:
                payment = world.tops_up(user, chance.randint(1, 9000))
                world.pays(payment, chance.choice(["paid", "paid", "failed"]))
                world.pays(payment, amount=chance.choice([payment.amount, 1]))
                self.paid.append(payment.payment_id)
            case 2 if self.paid:
                payment_id = chance.choice(self.paid)
                administration.refund(world.context, user.username, payment_id, chance.randint(1, 500), "r", by=ROOT)
            case _:
                administration.adjust(world.context, user.username, chance.randint(-400, 400), "a", by=ROOT)


def settled(world: MoneyWorld, user: User) -> list[int]:
    """The balance after each transaction: what a session takes beyond the limit is waived in the same one."""
    entries = world.ledger(user)
    return [
        one.balance for one, after in zip(entries, [*entries[1:], None], strict=True)
        if after is None or after.kind is not EntryKind.WAIVED
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_a_chaotic_week_the_books_are_right_and_the_log_replays(seed: int) -> None:
    week = Week(seed, 250)
    books = check_books(week.world.store, metered_of=unsampled)
    assert books.problems == []
    assert week.undersold() == []
    assert (books.users, books.whole) == (len(NAMES), True)
    assert books.sessions > 8
    assert books.entries > len(NAMES) + 10
    assert all(balance >= -500 for user in week.users for balance in settled(week.world, user))
    report = replay(week.world.store, YARD)
    assert (report.different, report.missing) == ((), None)
    assert report.replayed > 60


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(4, 40))
def test_after_many_chaotic_weeks_the_books_are_right(seed: int) -> None:
    week = Week(seed, 250)
    assert check_books(week.world.store, metered_of=unsampled).problems == []
    assert week.undersold() == []


@pytest.fixture
def charged() -> MoneyWorld:
    """ann has topped up, charged, and got a part back."""
    world = MoneyWorld()
    world.paid_location()
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.pays(payment)
    world.starts(ann.tag)
    world.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=11_000, reason="EVDisconnected")
    administration.refund(world.context, "ann", payment.payment_id, 100, "r", by=ROOT)
    assert world.wrong() == []
    return world


def only(world: MoneyWorld, collection: str, **where: Any) -> str:
    """The path of the one document with these fields."""
    [path] = [
        one.path
        for one in world.store.query(Query(collection, group=True))
        if all(one.data.get(name) == value for name, value in where.items())
    ]
    return path


def put(collection: str, find: dict[str, Any], **changed: Any) -> Callable[[MoneyWorld], None]:
    def tamper(world: MoneyWorld) -> None:
        path = only(world, collection, **find)
        document = world.store.get(path)
        assert document is not None
        world.store.put(path, {**document.data, **changed})

    return tamper


def gone(collection: str, find: dict[str, Any]) -> Callable[[MoneyWorld], None]:
    return lambda world: world.store.delete(only(world, collection, **find))


def doubled(world: MoneyWorld) -> None:
    path = only(world, paths.LEDGER, kind="session")
    document = world.store.get(path)
    assert document is not None
    world.store.create(f"{path}x", {**document.data, "entry_id": "again"})


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (put(paths.USERS, {"username": "ann"}, balance=1), "the account says 1 after 4 entries"),
        (put(paths.USERS, {"username": "ann"}, ledger_entries=9), "after 9 entries"),
        (put(paths.USERS, {"username": "ann"}, paid=0), "0 paid in"),
        (put(paths.LEDGER, {"kind": "top_up"}, amount=6000), "the ledger has"),
        (put(paths.LEDGER, {"kind": "top_up"}, currency="CHF"), "is in CHF"),
        (put(paths.LEDGER, {"kind": "session"}, amount=-1), "300 were charged, the ledger has 1"),
        (put(paths.LEDGER, {"kind": "session"}, balance=5), "the balance is 5"),
        (put(paths.LEDGER, {"kind": "session"}, session="yard:c1:99"), "c1:99: 300 were charged, there is no such"),
        (put(paths.LEDGER, {"kind": "refund"}, payment_id="p"), "payment p: 100 were paid back, there is no such"),
        (gone(paths.LEDGER, {"kind": "session"}), "300 were charged, the ledger has 0"),
        (gone(paths.LEDGER, {"kind": "starting_credit"}), "is number 2, it should be 1"),
        (doubled, "300 were charged, the ledger has 600"),
        (put(paths.SESSIONS, {"number": 1}, energy_wh=9), "9 Wh, priced are 10000 Wh"),
        (put(paths.SESSIONS, {"number": 1}, cost=299), "it cost 299, by its energy and overstay 300"),
        (put(paths.SESSIONS, {"number": 1}, idle_s=60), "it cost 300, by its energy and overstay 310"),
        (put(paths.SESSIONS, {"number": 1}, confirmed=False), "though it is not paid from a balance"),
        (gone(paths.SESSIONS, {"number": 1}), "there is no such session"),
        (put(paths.PAYMENTS, {"state": "paid"}, state="failed"), "it is failed, and on the ledger all the same"),
        (put(paths.PAYMENTS, {"state": "paid"}, amount=1), "1 EUR were paid"),
        (put(paths.PAYMENTS, {"state": "paid"}, refunds=[]), "0 of 5000 were paid back, the ledger has 100"),
        (gone(paths.PAYMENTS, {"state": "paid"}), "there is no such payment"),
        (gone(paths.USERS, {"username": "ann"}), "the account is gone, but its ledger comes to"),
    ],
)  # fmt: skip
def test_what_is_tampered_with_is_named(charged: MoneyWorld, tamper: Callable[[MoneyWorld], None], named: str) -> None:
    tamper(charged)
    assert any(named in problem for problem in charged.wrong()), charged.wrong()


def test_a_balance_without_a_ledger_is_named() -> None:
    world = MoneyWorld()
    world.driver("eve", balance=5)
    assert world.wrong() == ["user u-eve: a balance of 5 without any entry"]


def telling(sampled: Sampled) -> Callable[[Reads], Callable[[Session], Sampled]]:
    return lambda _reads: lambda _session: sampled


def test_samples_that_tell_another_energy_are_named(charged: MoneyWorld) -> None:
    for energy_wh, whole, wrong in ((10_000, True, 0), (9_999, False, 0), (9_999, True, 1), (10_001, False, 1)):
        found = check_books(charged.store, metered_of=telling(Sampled(energy_wh=energy_wh, whole=whole))).problems
        assert found == [f"session yard:c1:1: 10000 Wh, by its samples {energy_wh} Wh"] * wrong


def test_samples_from_the_start_to_the_end_must_tell_all_of_it() -> None:
    """Through the events of a bridge: what was kept of them is what is billed."""
    world = MoneyWorld()
    world.paid_location()
    world.starts(world.account("ann").tag)
    for minute, wh in enumerate((1000, 1400, 3000, 5000)):
        context = "Transaction.Begin" if minute == 0 else "Sample.Periodic"
        sample = {"at": world.clock.now().isoformat(), "value": str(wh), "unit": "Wh", "context": context}
        world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])
        world.clock.advance(minutes=4)
    last = {"at": world.clock.now().isoformat(), "value": "6000", "unit": "Wh", "context": "Transaction.End"}
    ended = {"transaction_id": "t1", "meter_stop_wh": 6000, "reason": "EVDisconnected", "connector": 1}
    world.tell("CP1", "transaction_ended", samples=[last], **ended)
    world.tell("CP1", "status", connector=1, status="available")
    assert world.wrong() == []
    session = world.services.sites.session(YARD, "c1", 1)
    assert Samplings(world.store).of(session) == Sampled(energy_wh=5000, whole=True)
    path = paths.session(YARD, "c1", 1)
    document = world.store.get(path)
    assert document is not None
    world.store.put(path, {**document.data, "energy_wh": 4000})
    assert any("4000 Wh, by its samples 5000 Wh" in problem for problem in world.wrong())


@pytest.mark.parametrize("ahead", [(1000, 1100), (1040, 1100)])
def test_a_clock_that_is_put_back_in_mid_charge_is_no_reason_to_doubt_the_books(ahead: tuple[int, int]) -> None:
    world = MoneyWorld()
    world.paid_location()
    world.starts(world.account("ann").tag)

    def tells(at: datetime, wh: int, context: str = "Sample.Periodic") -> None:
        sample = {"at": at.isoformat(), "value": str(wh), "unit": "Wh", "context": context}
        world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=[sample])

    begun = world.clock.now()
    if ahead[0] > 1000:
        tells(begun, 1000, "Transaction.Begin")
    for wh in ahead:
        context = "Transaction.Begin" if wh == 1000 else "Sample.Periodic"
        tells(world.clock.now() + timedelta(hours=20), wh, context)
        world.clock.advance(minutes=10)
    tells(world.clock.now(), 1300)
    tells(world.clock.now() + timedelta(minutes=1), 5000, "Transaction.End")
    ended = {"transaction_id": "t1", "meter_stop_wh": 5000, "reason": "EVDisconnected", "connector": 1}
    world.tell("CP1", "transaction_ended", **ended)
    world.tell("CP1", "status", connector=1, status="available")
    assert world.services.sites.session(YARD, "c1", 1).energy_wh == 4000
    assert world.wrong() == []


def test_without_time_for_all_nothing_is_called_missing(charged: MoneyWorld) -> None:
    instants = iter([0.0, *[0.0] * 3, *[99.0] * 50])
    books = check_books(charged.store, Slot(10, lambda: next(instants)))
    assert not books.whole
    assert not any("no such" in problem for problem in books.problems)


def test_the_daily_job_tells_refunds_again_and_says_what_is_wrong(charged: MoneyWorld) -> None:
    job = Bookkeeping(charged.store, charged.clock, charged.provider)
    assert job.daily() == 0
    put(paths.USERS, {"username": "ann"}, balance=1)(charged)
    put(paths.PAYMENTS, {"state": "paid"}, unsent_since=charged.clock.now(),
        refunds=[{"refund_id": "r9", "amount": 100, "sent": False}])(charged)  # fmt: skip
    assert job.daily() == 1
    assert charged.provider.paid_back["r9"] == 100


def test_a_deleted_account_leaves_a_ledger_that_comes_to_nothing() -> None:
    world = MoneyWorld()
    ann = world.account("ann")
    deletion.delete_user(world.context, ann.user_id, by=ROOT)
    assert [(one.kind, one.amount, one.balance) for one in world.ledger(ann)] == [
        ("starting_credit", CREDIT, CREDIT), ("closing", -CREDIT, 0),
    ]  # fmt: skip
    assert world.wrong() == []


def test_an_account_with_paid_money_is_not_deleted_before_it_is_refunded(charged: MoneyWorld) -> None:
    ann = next(iter(check_books(charged.store).owners.values()))
    with pytest.raises(KilowaitError) as refused:
        deletion.delete_user(charged.context, ann.user_id, by=ROOT)
    assert refused.value.code == "balance_left"
    [payment] = charged.store.query(Query(paths.PAYMENTS))
    administration.refund(charged.context, "ann", payment.data["payment_id"], 4900, "leaves", by=ROOT)
    deletion.delete_user(charged.context, ann.user_id, by=ROOT)
    assert charged.wrong() == []

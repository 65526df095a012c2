"""Two things that touch one balance, in every order of their steps: both are booked, once, and the books add up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from model.errors import KilowaitError
from model.money.payment import Payment
from model.store.memory import MemoryStore
from model.store.transact import Retry
from services.money import administration
from services.transfer.everything import documents
from tests.fakes.money_world import CREDIT, ROOT, MoneyWorld
from tests.fakes.site_world import DRIVER, YARD
from tests.interleaving.interleave import Point, Steps, interleave
from tests.interleaving.stepping import SteppingStore, WithoutTransaction

Request = Callable[[MoneyWorld], object]


@dataclass(frozen=True)
class Scene:
    """ann charges and has asked for two payments, of which one is paid; bob, who has 3.00, is nowhere."""

    documents: dict[str, dict[str, Any]]
    asked: Payment
    paid: Payment
    seq: int


@cache
def scene() -> Scene:
    world = MoneyWorld()
    world.paid_location(chargers=2)
    ann, _ = world.account("ann"), world.account("bob")
    administration.adjust(world.context, "bob", 300 - CREDIT, "spent", by=ROOT)
    asked, paid = world.tops_up(ann), world.tops_up(ann, 700)
    world.pays(paid)
    world.starts(ann.tag)
    world.nudged()
    found = {one.path: one.data for one in documents(world.store)}
    return Scene(found, asked, paid, world.seq)


def made(steps: Steps, *, transactions: bool = True) -> MoneyWorld:
    inner = MemoryStore(Retry(sleep=steps.sleep, random=lambda: 0.0))
    for path, data in scene().documents.items():
        inner.put(path, data)
    store = SteppingStore(inner if transactions else WithoutTransaction(inner), steps.gate)
    world = MoneyWorld(inner=store)
    world.seq = scene().seq
    return world


def ends(world: MoneyWorld) -> object:
    ended = world.event(
        "CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=11_000, reason="EVDisconnected",
        seq=scene().seq + 1,
    )  # fmt: skip
    return world.post(ended)


def pays(world: MoneyWorld) -> object:
    return world.pays(scene().asked)


def bonus(world: MoneyWorld) -> object:
    return administration.adjust(world.context, "ann", 50, "bonus", by=ROOT)


def takes_all_of_bob(world: MoneyWorld) -> object:
    return administration.adjust(world.context, "bob", -300, "spent", by=ROOT)


def refunds(world: MoneyWorld) -> object:
    return administration.refund(world.context, "ann", scene().paid.payment_id, 400, "back", by=ROOT)


def bob_joins(world: MoneyWorld) -> object:
    bob = next(one for one in scene().documents.values() if one.get("username") == "bob")
    return world.services.queueing.join(YARD, bob["user_id"], DRIVER)


PAIRS: list[tuple[Request, Request, set[int]]] = [
    # By what ann may have in the end.
    (ends, pays, {CREDIT + 700 - 300 + 5000}),
    (ends, ends, {CREDIT + 700 - 300}),
    (ends, bonus, {CREDIT + 700 - 300 + 50}),
    (pays, pays, {CREDIT + 700 + 5000}),
    (pays, bonus, {CREDIT + 700 + 5000 + 50}),
    (ends, refunds, {CREDIT + 700 - 300, CREDIT + 700 - 300 - 400}),  # Refused while she charges.
    (takes_all_of_bob, bob_joins, {CREDIT + 700}),
]


def judged(point: Point[MoneyWorld]) -> tuple[int, list[str]]:
    """What ann has in the end, and what is wrong with the books."""
    for outcome in (point.a, point.b):
        assert outcome.raised is None or isinstance(outcome.raised, KilowaitError), str(point.schedule)
    world = point.world
    ann = next(one for one in scene().documents.values() if one.get("username") == "ann")
    document = world.store.get(f"users/{ann['user_id']}")
    assert document is not None
    return int(document.data["balance"]), world.wrong()


@pytest.mark.parametrize(("a", "b", "allowed"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_both_are_booked_once(a: Request, b: Request, allowed: set[int]) -> None:
    found = [(str(point.schedule), *judged(point)) for point in interleave(made, a, b, two_switches=False)]
    assert len(found) > 6
    assert [one for one in found if one[1] not in allowed or one[2]] == []


def test_without_transactions_the_same_test_finds_what_is_lost() -> None:
    def without(steps: Steps) -> MoneyWorld:
        return made(steps, transactions=False)

    found = [judged(point) for point in interleave(without, ends, pays, two_switches=False)]
    assert any(amount != CREDIT + 700 - 300 + 5000 or wrong for amount, wrong in found)

"""Balances and payments on each of the stores: booked once whoever reports at the same time, and always adding up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from model.errors import Conflict
from model.money.ledger import EntryKind
from model.store.port import Store
from services.money import administration
from services.money.reading import read_balance
from tests.fakes.money_world import CREDIT, ROOT, MoneyWorld


@pytest.fixture
def world(store: Store) -> MoneyWorld:
    made = MoneyWorld(inner=store)
    made.paid_location()
    return made


def test_from_the_first_credit_to_the_last_refund(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    assert world.user(ann).balance == CREDIT
    assert world.pays(payment)
    assert world.starts(ann.tag)["outcome"] == "applied"
    world.clock.advance(minutes=30)
    world.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=13_345, reason="EVDisconnected")
    administration.adjust(world.context, "ann", -70, "a mistake", by=ROOT)
    administration.refund(world.context, "ann", payment.payment_id, 1_000, "leaves", by=ROOT)
    kinds = [(one.kind, one.amount, one.balance) for one in world.ledger(ann)]
    assert kinds == [
        (EntryKind.STARTING_CREDIT, CREDIT, CREDIT),
        (EntryKind.TOP_UP, 5000, CREDIT + 5000),
        (EntryKind.SESSION, -370, CREDIT + 4630),
        (EntryKind.ADJUSTMENT, -70, CREDIT + 4560),
        (EntryKind.REFUND, -1000, CREDIT + 3560),
    ]
    assert world.provider.paid_back == {f"{payment.payment_id}:1": 1000}
    user, page = read_balance(world.store, ann.user_id, 2, "")
    assert (user.balance, [one.number for one in page.items]) == (CREDIT + 3560, [5, 4])
    _, page = read_balance(world.store, ann.user_id, 2, page.next_page_token)
    assert [one.number for one in page.items] == [3, 2]
    assert world.wrong() == []


def test_a_report_that_comes_many_times_at_once_is_booked_once(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    with ThreadPoolExecutor(3) as threads:
        changed = list(threads.map(lambda _: world.pays(payment), range(3)))
    assert sorted(changed) == [False, False, True]
    assert world.user(ann).balance == CREDIT + 5000
    assert world.wrong() == []


def test_a_top_up_and_the_end_of_a_session_at_the_same_time_both_count(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.starts(ann.tag)
    ended = world.event("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=11_000, reason="EVDisconnected")
    with ThreadPoolExecutor(2) as threads:
        posted, paid = threads.submit(world.post, ended), threads.submit(world.pays, payment)
        assert (posted.exception(), paid.exception()) == (None, None)
    assert world.user(ann).balance == CREDIT + 5000 - 300
    assert [one.number for one in world.ledger(ann)] == [1, 2, 3]
    assert world.wrong() == []


def test_refunds_at_the_same_time_stay_within_what_was_paid(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann, 1000)
    world.pays(payment)

    def refund(_: int) -> str:
        try:
            administration.refund(world.context, "ann", payment.payment_id, 400, "again", by=ROOT)
        except Conflict as error:
            return error.code
        return ""

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(refund, range(3))) == ["", "", "refund_too_large"]
    assert world.user(ann).balance == CREDIT + 200
    assert sum(world.provider.paid_back.values()) == 800
    assert world.wrong() == []

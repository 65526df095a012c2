"""Reports of payment providers: signed, fresh, true; or refused, and where they are signed lies, noted."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from model import paths
from model.documents import from_document, to_document
from model.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from model.money.ledger import EntryKind
from model.money.payment import PaidBack, Payment, PaymentState
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.money import administration
from services.money.payments import told, top_up
from tests.fakes.money_world import CREDIT, ROOT, MoneyWorld
from tests.fakes.site_world import ADMIN


@pytest.fixture
def world() -> MoneyWorld:
    made = MoneyWorld()
    made.paid_location()
    return made


def report(world: MoneyWorld, body: bytes, **header: Any) -> bool:
    """A body with the provider's signature, or another header."""
    headers = header or world.provider.signed(body, world.clock.now())
    return told(world.context, "trial", headers, body)


def payment_of(world: MoneyWorld, payment: Payment) -> Payment:
    document = world.store.get(paths.payment(payment.payment_id))
    assert document is not None
    return from_document(Payment, document.data)


def notes(world: MoneyWorld) -> list[str]:
    return sorted(str(one.data["why"]) for one in world.store.query(Query(paths.PAYMENT_NOTES)))


def test_a_payment_is_booked_when_it_is_reported_as_paid(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    assert payment_of(world, payment).state is PaymentState.ASKED
    assert world.pays(payment)
    paid = payment_of(world, payment)
    assert (paid.state, paid.settled_at, paid.provider_reference) == (
        PaymentState.PAID, world.clock.now(), f"trial-{payment.payment_id}",
    )  # fmt: skip
    assert [(one.kind, one.amount, one.payment_id) for one in world.ledger(ann)][1:] == [
        (EntryKind.TOP_UP, 5000, payment.payment_id)
    ]
    assert (world.user(ann).balance, world.user(ann).paid) == (CREDIT + 5000, 5000)


def test_a_first_top_up_is_in_a_currency_something_is_priced_in(world: MoneyWorld) -> None:
    """Where a location names no currency, 50 of the cheapest would buy what 50 of ours do."""
    ann = replace(world.account("ann"), balance=0, currency="", ledger_entries=0)
    world.store.put(paths.user(ann.user_id), to_document(ann))
    with pytest.raises(Conflict) as refused:
        top_up(world.context, ann.user_id, 5000, "VND")
    assert (refused.value.code, refused.value.field) == ("other_currency", "currency")
    world.services.keeping.put_location("elsewhere", PutLocation(currency="VND"), ADMIN)
    world.clock.advance(seconds=60)
    assert top_up(world.context, ann.user_id, 5000, "VND").currency == "VND"
    assert top_up(world.context, ann.user_id, 5000, None).currency == "EUR"


def test_told_again_or_replayed_it_changes_nothing(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    headers, body = world.provider.report(payment, world.clock.now())
    assert told(world.context, "trial", headers, body)
    for _ in range(3):
        assert not told(world.context, "trial", headers, body)
        world.clock.advance(seconds=60)
    assert not world.pays(payment)  # signed anew
    world.clock.advance(seconds=300)
    with pytest.raises(Forbidden, match="last 300 s"):
        told(world.context, "trial", headers, body)
    assert world.user(ann).balance == CREDIT + 5000


def test_a_report_from_the_future_is_refused(world: MoneyWorld) -> None:
    payment = world.tops_up(world.account("ann"))
    headers, body = world.provider.report(payment, world.clock.now() + timedelta(seconds=301))
    with pytest.raises(Forbidden) as refused:
        told(world.context, "trial", headers, body)
    assert refused.value.code == "old_signature"


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"amount": 5001}, "other_amount"), ({"amount": -5000}, "other_amount"), ({"amount": 0}, "other_amount"),
        ({"currency": "CHF"}, "other_currency"), ({"currency": "eur"}, "other_currency"),
        ({"currency": ""}, "other_currency"),
        ({"payment_id": "nobody-s"}, "unknown_payment"), ({"payment_id": "../../users/x"}, "unknown_payment"),
        ({"amount": 2**62}, "other_amount"),
    ],
)  # fmt: skip
def test_a_provider_that_lies_is_refused_and_noted(world: MoneyWorld, lies: dict[str, Any], why: str) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            world.pays(payment, **lies)
        assert refused.value.code == "payment_refused"
    assert notes(world) == [why]
    assert world.user(ann).balance == CREDIT
    assert world.pays(payment)  # the truth is heard all the same


def test_a_lie_about_what_was_paid_before_is_noted_too(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.pays(payment)
    for lies, status in (({"amount": 1}, "paid"), ({}, "failed")):
        with pytest.raises(Conflict):
            world.pays(payment, status, **lies)
    assert notes(world) == ["other_amount", "paid_before"]
    assert payment_of(world, payment).state is PaymentState.PAID


def test_a_payment_of_another_provider_is_not_this_ones_to_report(world: MoneyWorld) -> None:
    payment = world.tops_up(world.account("ann"))
    world.provider.name = "other"
    headers, body = world.provider.report(payment, world.clock.now())
    with pytest.raises(Conflict, match="other_provider"):
        told(world.context, "other", headers, body)
    with pytest.raises(NotFound):
        told(world.context, "trial", headers, body)


@pytest.mark.parametrize(
    "header",
    [
        "", "t=1", "v1=00", "t=1,v1=00", "t=x,v1=" + "0" * 64, "t=1772438400,v1=" + "0" * 64,
        "t=1772438400,v1=" + "0" * 63 + "g", "t=-1,v1=" + "0" * 64, "t=" + "9" * 30 + ",v1=" + "0" * 64,
        "t=٣,v1=" + "0" * 64,
    ],
)  # fmt: skip
def test_what_is_not_signed_is_not_read(world: MoneyWorld, header: str) -> None:
    with pytest.raises(Forbidden) as refused:
        report(world, b"{", **{"Kilowait-Signature": header})
    assert refused.value.code == "bad_signature"
    assert notes(world) == []


def test_a_signature_is_of_one_body_and_one_secret(world: MoneyWorld) -> None:
    payment = world.tops_up(world.account("ann"))
    headers, body = world.provider.report(payment, world.clock.now())
    with pytest.raises(Forbidden):
        told(world.context, "trial", headers, body.replace(b"5000", b"9000"))
    with pytest.raises(Forbidden):
        told(world.context, "trial", headers, body + b" ")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"{}", json.dumps({"payment_id": 1}).encode(),
        b'{"payment_id":"p","status":"paid","amount":5000.5,"currency":"EUR"}',
        b'{"payment_id":"p","status":"paid","amount":"5000","currency":"EUR"}',
        b'{"payment_id":"p","status":"asked","amount":5000,"currency":"EUR"}',
        b'{"payment_id":"p","status":"paid","amount":5000,"currency":"EUR","more":1}',
        b'{"payment_id":"","status":"paid","amount":5000,"currency":"EUR"}',
        b'{"payment_id":"' + b"p" * 65 + b'","status":"paid","amount":5000,"currency":"EUR"}',
    ],
)  # fmt: skip
def test_a_signed_report_that_says_nothing_is_invalid(world: MoneyWorld, body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        report(world, body)
    assert refused.value.code == "invalid_callback"


def test_a_payment_that_failed_may_be_paid_after_all(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    assert world.pays(payment, "failed")
    assert not world.pays(payment, "failed")
    assert world.user(ann).balance == CREDIT
    assert world.pays(payment)
    assert world.user(ann).balance == CREDIT + 5000


def test_what_is_paid_for_an_account_that_is_gone_is_noted(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.store.delete(paths.user(ann.user_id))
    with pytest.raises(Conflict, match="user_gone"):
        world.pays(payment)
    assert notes(world) == ["user_gone"]


def test_without_a_provider_nothing_is_topped_up(world: MoneyWorld) -> None:
    without = replace(world.context, payments=None)
    with pytest.raises(Conflict) as refused:
        top_up(without, world.account("ann").user_id, 100, None)
    assert refused.value.code == "no_payments"
    with pytest.raises(NotFound):
        told(without, "trial", {}, b"")


def test_a_refund_the_provider_does_not_take_is_told_again(world: MoneyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.pays(payment)

    def away(_payment: Payment, _refund: PaidBack) -> None:
        raise Unavailable("provider_away", "Nobody answers.")

    with monkeypatch.context() as patched:
        patched.setattr(world.provider, "pay_back", away)
        administration.refund(world.context, "ann", payment.payment_id, 500, "sorry", by=ROOT)
        assert administration.send_refunds(world.store, world.clock, world.provider) == 1
    assert world.provider.paid_back == {}
    assert world.user(ann).balance == CREDIT + 4500
    assert administration.send_refunds(world.store, world.clock, world.provider) == 1
    assert administration.send_refunds(world.store, world.clock, world.provider) == 0
    assert world.provider.paid_back == {f"{payment.payment_id}:1": 500}


@pytest.mark.parametrize(("amount", "code"), [(5001, "refund_too_large"), (100_000, "balance_too_small")])
def test_no_more_is_paid_back_than_was_paid_and_is_left(world: MoneyWorld, amount: int, code: str) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    with pytest.raises(Conflict):  # not paid yet
        administration.refund(world.context, "ann", payment.payment_id, 1, "", by=ROOT)
    world.pays(payment)
    with pytest.raises(Conflict) as refused:
        administration.refund(world.context, "ann", payment.payment_id, amount, "", by=ROOT)
    assert refused.value.code == code
    assert world.wrong() == []


def test_anothers_payment_cannot_be_refunded_to_one(world: MoneyWorld) -> None:
    payment = world.tops_up(world.account("ann"))
    world.pays(payment)
    world.account("bob")
    for payment_id in (payment.payment_id, "nothing"):
        with pytest.raises(NotFound):
            administration.refund(world.context, "bob", payment_id, 1, "", by=ROOT)


def test_nothing_is_taken_while_a_charge_counts_on_it(world: MoneyWorld) -> None:
    ann = world.account("ann")
    payment = world.tops_up(ann)
    world.pays(payment)
    world.starts(ann.tag)
    for take in (
        lambda: administration.adjust(world.context, "ann", -1, "x", by=ROOT),
        lambda: administration.refund(world.context, "ann", payment.payment_id, 1, "x", by=ROOT),
    ):
        with pytest.raises(Conflict) as refused:
            take()
        assert refused.value.code == "charging_now"
    assert administration.adjust(world.context, "ann", 1, "x", by=ROOT).balance == CREDIT + 5001


def test_an_adjustment_takes_no_more_than_there_is(world: MoneyWorld) -> None:
    world.account("ann")
    with pytest.raises(Conflict) as refused:
        administration.adjust(world.context, "ann", -CREDIT - 1, "x", by=ROOT)
    assert refused.value.code == "balance_too_small"
    assert administration.adjust(world.context, "ann", -CREDIT, "x", by=ROOT).balance == 0

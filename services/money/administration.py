"""Services: what admins book: corrections with a reason, and refunds of what was paid."""

from dataclasses import replace
from datetime import datetime

import structlog

from model import paths
from model.account import User, UserState
from model.documents import from_document, to_document
from model.errors import Conflict, NotFound
from model.money.ledger import EntryKind, LedgerEntry
from model.money.payment import PaidBack, Payment
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from services.accounts.admin_log import note
from services.accounts.names import user_named
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.money.balances import book
from services.ports import Clock, PaymentProvider
from services.sites.paging import each
from services.slot import Slot

CHARGING = frozenset({UserState.CONNECTED_CHARGING, UserState.CONNECTED_FULL})
_LOG = structlog.get_logger(__name__)


def adjust(services: Services, username: str, amount: int, reason: str, *, by: Caller, once: Once = UNKEYED) -> User:
    """Add ``amount`` minor units to a balance, or take them from it, for a reason. The user after it.

    Raises :class:`Conflict` where less than nothing would be left, or something is taken while a charge runs.
    """
    now = services.clock.now()

    def body(tx: Transaction) -> User:
        once.check(tx, now)
        user = user_named(tx, username)
        if amount < 0:
            _refuse_taking(services, tx, user, -amount)
        entry = LedgerEntry(
            entry_id=f"adjustment:{user.ledger_entries + 1}",
            user_id=user.user_id,
            number=0,
            at=now,
            kind=EntryKind.ADJUSTMENT,
            amount=amount,
            balance=0,
            currency=user.currency if user.ledger_entries else services.configuration.currency,
            by=by.user_id,
            note=reason,
        )
        after = book(tx, user, entry)
        tx.put(paths.user(user.user_id), to_document(after))
        note(tx, services.randomness, now, by, "adjust_balance", user.user_id, f"{amount} {after.currency}")
        once.remember(tx, after, now)
        return after

    return services.store.transact(body)


def refund(
    services: Services,
    username: str,
    payment_id: str,
    amount: int,
    reason: str,
    *,
    by: Caller,
    once: Once = UNKEYED,
) -> User:
    """Take ``amount`` from a balance and have the provider pay it back. The user after it.

    At most what is left of that payment, and of the balance. Raises :class:`Conflict`, :class:`NotFound`.
    """
    now = services.clock.now()

    def body(tx: Transaction) -> User:
        once.check(tx, now)
        user = user_named(tx, username)
        document = tx.get(paths.payment(payment_id))
        payment = None if document is None else from_document(Payment, document.data)
        if payment is None or payment.user_id != user.user_id:
            raise NotFound("no_such_payment", "This user made no such payment.")
        _refuse_taking(services, tx, user, amount)
        if amount > payment.refundable:
            raise Conflict("refund_too_large", f"Of this payment {payment.refundable} can be paid back.")
        back = PaidBack(refund_id=f"{payment_id}:{len(payment.refunds) + 1}", amount=amount)
        refunded = replace(payment, refunds=(*payment.refunds, back), unsent_since=now)
        after = book(tx, replace(user, paid=user.paid - amount), _entry(user, payment, back, by, reason, now))
        tx.put(paths.payment(payment_id), to_document(refunded))
        tx.put(paths.user(user.user_id), to_document(after))
        note(tx, services.randomness, now, by, "refund", user.user_id, f"{amount} {after.currency} of {payment_id}")
        once.remember(tx, after, now)
        return after

    after = services.store.transact(body)
    send_refunds_of(services.store, services.payments, payment_id)
    return after


def send_refunds(store: Store, clock: Clock, provider: PaymentProvider | None, slot: Slot | None = None) -> int:
    """Tell the provider of refunds it has not taken yet; how many payments had some. One read where there is none."""
    slot = slot or Slot()
    waiting = Query(paths.PAYMENTS, (Filter("unsent_since", "<=", clock.now()),), (Order("unsent_since"),))
    found = [document.id for document in slot.of(each(store, waiting))]
    for key in found:
        document = store.get(f"{paths.PAYMENTS}/{key}")
        if document is not None:
            send_refunds_of(store, provider, from_document(Payment, document.data).payment_id)
    return len(found)


def send_refunds_of(store: Store, provider: PaymentProvider | None, payment_id: str) -> None:
    """Tell the provider, then note that it knows. What it does not take stays, and is told again by the daily job."""
    path = paths.payment(payment_id)
    document = store.get(path)
    payment = None if document is None else from_document(Payment, document.data)
    if payment is None or provider is None or provider.name != payment.provider:
        return
    sent: set[str] = set()
    for one in payment.refunds:
        if one.sent:
            continue
        try:
            provider.pay_back(payment, one)
            sent.add(one.refund_id)
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is told again
            _LOG.warning("refund_not_taken", payment_id=payment_id, refund_id=one.refund_id, error=repr(error))

    def mark(tx: Transaction) -> None:
        found = tx.get(path)
        if found is None:
            return
        now_is = from_document(Payment, found.data)
        refunds = tuple(replace(one, sent=one.sent or one.refund_id in sent) for one in now_is.refunds)
        left = None if all(one.sent for one in refunds) else now_is.unsent_since
        tx.put(path, to_document(replace(now_is, refunds=refunds, unsent_since=left)))

    if sent:
        store.transact(mark)


def _refuse_taking(services: Services, tx: Transaction, user: User, amount: int) -> None:
    """Nothing is taken that is not there, nor while a charge counts on it."""
    if services.standing(tx, user).state in CHARGING:
        raise Conflict("charging_now", "This user is charging; take it when that has ended.")
    if amount > user.balance:
        raise Conflict("balance_too_small", f"There are {user.balance} on this balance.")


def _entry(user: User, payment: Payment, back: PaidBack, by: Caller, reason: str, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        entry_id=f"refund:{back.refund_id}",
        user_id=user.user_id,
        number=0,
        at=now,
        kind=EntryKind.REFUND,
        amount=-back.amount,
        balance=0,
        currency=payment.currency,
        payment_id=payment.payment_id,
        by=by.user_id,
        note=reason,
    )

"""Services: top-ups: asked for, reported by the payment provider, booked once; what cannot be so is noted."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from model import paths
from model.account import User
from model.documents import from_document, to_document
from model.errors import Conflict, Invalid, NotFound
from model.ids import MAX_ID_CHARS
from model.money.ledger import EntryKind, LedgerEntry
from model.money.payment import Payment, PaymentState
from model.store.port import Transaction
from services.accounts import attempts
from services.accounts.names import user_with_id
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.money.balances import balance_of, book
from services.ports import PaymentProvider, PaymentTold

NOTES_KEPT = timedelta(days=400)
_ID_BYTES = 12


def top_up(services: Services, user_id: str, amount: int, currency: str | None, *, once: Once = UNKEYED) -> Payment:
    """Ask the provider for a payment of ``amount`` minor units. Nothing is booked before it is paid.

    Raises :class:`Conflict` where no provider is set up or the balance is in another currency, ``TooMany``,
    ``Unavailable``.
    """
    provider = _provider(services)
    now = services.clock.now()
    once.check(services.store, now)
    user = user_with_id(services.store, user_id)
    wanted = currency or user.currency or services.configuration.currency
    if not balance_of(user).takes(wanted):
        raise Conflict("other_currency", f"Your balance is in {user.currency}.", field="currency")
    if wanted not in {user.currency, *_currencies(services)}:
        raise Conflict("other_currency", f"Nothing here is paid in {wanted}.", field="currency")
    attempts.count(services.store, now, attempts.Claim(attempts.TOP_UP_BY_ACCOUNT, user_id))
    payment = Payment(
        payment_id=services.randomness.token(_ID_BYTES),
        user_id=user_id,
        provider=provider.name,
        amount=amount,
        currency=wanted,
        asked_at=now,
    )
    begun = provider.begin(payment)
    payment = replace(payment, redirect_url=begun.redirect_url, provider_reference=begun.reference)

    def body(tx: Transaction) -> Payment:
        once.check(tx, now)
        user_with_id(tx, user_id)
        tx.create(paths.payment(payment.payment_id), to_document(payment))
        once.remember(tx, payment, now)
        return payment

    return services.store.transact(body)


def told(services: Services, provider_name: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Take a provider's report: signed, fresh, and about a payment as it was asked for; True: it changed something.

    Repeated, or replayed, it changes nothing. One that is signed and yet cannot be so is noted, then refused.
    Raises ``NotFound`` (no such provider), ``Forbidden`` (not signed so), ``Invalid``, ``Conflict`` (noted).
    """
    provider = services.payments
    if provider is None or provider.name != provider_name:
        raise NotFound("no_such_provider", "No such payment provider reports here.")
    now = services.clock.now()
    report = provider.read(headers, body, now)
    if not 1 <= len(report.payment_id) <= MAX_ID_CHARS:
        raise Invalid("invalid_callback", "The report names no payment.", field="payment_id")
    digest = hashlib.sha256(body).hexdigest()

    def take(tx: Transaction) -> str | None:
        document = tx.get(paths.payment(report.payment_id))
        payment = None if document is None else from_document(Payment, document.data)
        user = None if payment is None else _user(tx, payment.user_id)
        if payment is not None and payment.state is report.state and not _lie(payment, report, provider_name):
            return None
        why = _doubt(payment, user, report, provider_name)
        if payment is None or user is None or why:
            _note(tx, digest, provider_name, report, why, now)
            return why
        settled = replace(
            payment,
            state=report.state,
            settled_at=now,
            provider_reference=report.reference or payment.provider_reference,
        )
        tx.put(paths.payment(payment.payment_id), to_document(settled))
        if report.state is PaymentState.PAID:
            paid = book(tx, replace(user, paid=user.paid + payment.amount), _entry(payment, now))
            tx.put(paths.user(user.user_id), to_document(paid))
        return ""

    why = services.store.transact(take)
    if why:
        raise Conflict("payment_refused", f"The report does not fit what was asked for ({why}); it was noted.")
    return why is not None


def top_up_id(payment: Payment) -> str:
    """What the entry of a payment is called: a payment is booked once, however often it is reported."""
    return f"top_up:{payment.provider}:{payment.payment_id}"


def _currencies(services: Services) -> set[str]:
    """What may be paid in: a first top-up decides for good what a balance is in."""
    sites = [] if services.sites is None else services.sites.sites.all()
    return {services.configuration.currency, *(site.currency for site in sites if not site.retired)}


def _provider(services: Services) -> PaymentProvider:
    if services.payments is None:
        raise Conflict("no_payments", "Nobody takes payments here; ask an admin to add to your balance.")
    return services.payments


def _doubt(payment: Payment | None, user: User | None, report: PaymentTold, provider_name: str) -> str:
    """Why a report cannot be booked; empty: it can."""
    if payment is None:
        return "unknown_payment"
    lie = _lie(payment, report, provider_name)
    if lie:
        return lie
    if report.state is PaymentState.ASKED or payment.state is PaymentState.PAID:
        return "paid_before"
    if user is None:
        return "user_gone"
    return "" if balance_of(user).takes(payment.currency) else "other_currency"


def _lie(payment: Payment, report: PaymentTold, provider_name: str) -> str:
    """What the report says otherwise than it was asked for."""
    if payment.provider != provider_name:
        return "other_provider"
    if report.amount != payment.amount:
        return "other_amount"
    return "" if report.currency == payment.currency else "other_currency"


def _entry(payment: Payment, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        entry_id=top_up_id(payment),
        user_id=payment.user_id,
        number=0,
        at=now,
        kind=EntryKind.TOP_UP,
        amount=payment.amount,
        balance=0,
        currency=payment.currency,
        payment_id=payment.payment_id,
    )


def _user(tx: Transaction, user_id: str) -> User | None:
    document = tx.get(paths.user(user_id))
    return None if document is None else from_document(User, document.data)


def _note(tx: Transaction, digest: str, provider: str, report: PaymentTold, why: str, now: datetime) -> None:
    """For a manager to look into; the same report again is the same note."""
    told_so = {**to_document(report), "amount": str(report.amount)}  # It may be larger than a document can hold.
    noted = {"at": now, "provider": provider, "why": why, "told": told_so, "expires_at": now + NOTES_KEPT}
    tx.put(paths.payment_note(digest), noted)

"""Balances, their ledger and payments as they travel. Amounts are integer minor units."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from api.paging import PageQuery
from api.schemas.base import Body, Path, Reply
from api.schemas.charger import LINE
from api.schemas.settings import MAX_AMOUNT
from model.account import User
from model.instants import to_text
from model.money.ledger import EntryKind, LedgerEntry
from model.money.payment import Payment, PaymentState

Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]


def _something(amount: int) -> int:
    if amount == 0:
        raise ValueError("0 changes nothing")
    return amount


class LedgerItem(Reply):
    """One entry of the ledger; it never changes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    entry_id: str
    """What it is for."""
    number: int
    """1 is the first."""
    at: str
    kind: EntryKind
    amount: int
    """What is taken is negative."""
    balance: int
    """After it."""
    currency: str
    session: str | None
    """`location:charger:number` of what a session cost."""
    payment_id: str | None
    note: str


class Balance(Reply):
    """What a user has."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    amount: int
    currency: str
    """ISO 4217; empty while nothing was booked."""
    entries: list[LedgerItem]
    """Newest first, a page of them."""


class BalanceReply(Reply):
    """A balance, and a page of its ledger."""

    balance: Balance
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


class BalanceQuery(PageQuery):
    """Whose balance, and which page of its ledger."""

    username: str | None = Field(default=None, description="Another user; admins only.")


class TopUpBody(Body):
    """How much to add to one's balance."""

    amount: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="ISO 4217; left out: that of the balance."
    )


class PaymentItem(Reply):
    """A payment that was asked for."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    payment_id: str
    provider: str
    amount: int
    currency: str
    state: PaymentState
    redirect_url: str | None
    """Where to pay; null: the provider asks for nothing."""
    asked_at: str


class PaymentReply(Reply):
    """One payment."""

    payment: PaymentItem


class ProviderPath(Path):
    """A payment provider's address."""

    provider: str = Field(description="Its name, as `KILOWAIT_PAYMENTS` has it.")


class AdjustBody(Body):
    """A correction by an admin."""

    amount: Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT), AfterValidator(_something)] = Field(
        description="What is taken is negative; not 0."
    )
    reason: Reason


class RefundBody(Body):
    """What to pay back of a payment."""

    payment_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    amount: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
    reason: Reason


class MoneyItem(Reply):
    """A balance without its ledger."""

    username: str
    amount: int
    currency: str


class MoneyReply(Reply):
    """What a user has now."""

    balance: MoneyItem


def ledger_item(entry: LedgerEntry) -> LedgerItem:
    """An entry as its owner and admins see it."""
    return LedgerItem(
        entry_id=entry.entry_id,
        number=entry.number,
        at=to_text(entry.at) or "",
        kind=entry.kind,
        amount=entry.amount,
        balance=entry.balance,
        currency=entry.currency,
        session=entry.session or None,
        payment_id=entry.payment_id or None,
        note=entry.note,
    )


def payment_reply(payment: Payment) -> PaymentReply:
    """The reply about a payment."""
    return PaymentReply(
        payment=PaymentItem(
            payment_id=payment.payment_id,
            provider=payment.provider,
            amount=payment.amount,
            currency=payment.currency,
            state=payment.state,
            redirect_url=payment.redirect_url or None,
            asked_at=to_text(payment.asked_at) or "",
        )
    )


def money_reply(user: User) -> MoneyReply:
    """The reply about what a user has."""
    return MoneyReply(balance=MoneyItem(username=user.username, amount=user.balance, currency=user.currency))

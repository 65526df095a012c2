"""`user/balance…`: what a driver has, top-ups, and what admins book."""

from api.idempotency import once
from api.resource import Resource
from api.schemas.balance import (
    AdjustBody,
    Balance,
    BalanceQuery,
    BalanceReply,
    MoneyReply,
    PaymentReply,
    RefundBody,
    TopUpBody,
    ledger_item,
    money_reply,
    payment_reply,
)
from api.schemas.base import ActingQuery
from api.schemas.token import UsernamePath
from api.wiring import acting_for, caller, services
from services.money import administration, payments
from services.money.reading import read_balance

balance = Resource("balance", "What drivers have, and every change of it.")


@balance.get("/user/balance", responses={200: BalanceReply})
def get_balance(query: BalanceQuery) -> BalanceReply:
    """Read one's balance and a page of the ledger it is the sum of, newest first."""
    user, page = read_balance(services().store, acting_for(query.username), query.page_size, query.page_token or "")
    return BalanceReply(
        balance=Balance(
            amount=user.balance, currency=user.currency, entries=[ledger_item(entry) for entry in page.items]
        ),
        next_page_token=page.next_page_token or None,
    )


@balance.post("/user/balance/top_up", responses={201: PaymentReply})
def top_up(query: ActingQuery, body: TopUpBody) -> tuple[PaymentReply, int]:
    """Ask for a payment that adds to one's balance.

    It is booked when the payment provider reports it as paid. 409 where none is set up.
    """
    made = payments.top_up(
        services(), acting_for(query.username), body.amount, body.currency, once=once(payment_reply, 201)
    )
    return payment_reply(made), 201


@balance.post("/user/<username>/balance/adjust", responses={200: MoneyReply})
def adjust_balance(path: UsernamePath, body: AdjustBody) -> MoneyReply:
    """Correct a user's balance, for a reason that its owner can read.

    409 where less than nothing would be left, or where something is taken while the user charges.
    """
    after = administration.adjust(
        services(), path.username, body.amount, body.reason, by=caller(), once=once(money_reply)
    )
    return money_reply(after)


@balance.post("/user/<username>/balance/refund", responses={200: MoneyReply})
def refund_payment(path: UsernamePath, body: RefundBody) -> MoneyReply:
    """Pay back of a payment: at most what is left of it, and of the balance."""
    after = administration.refund(
        services(), path.username, body.payment_id, body.amount, body.reason, by=caller(), once=once(money_reply)
    )
    return money_reply(after)

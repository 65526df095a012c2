"""Services: the balance an account begins with, and what is left of it when the account is deleted."""

from datetime import datetime

from model.account import User, UserType
from model.errors import Conflict
from model.money.ledger import EntryKind, LedgerEntry
from model.store.port import Writes
from services.configuration import Configuration
from services.money.balances import book

OPENING, CLOSING = "starting_credit", "closing"


def with_starting_credit(writes: Writes, configuration: Configuration, user: User, now: datetime) -> User:
    """A new user with the deployment's starting credit, its entry written. Units pay nothing and get none."""
    credit = configuration.starting_credit
    if not credit or user.type is UserType.SERVICE:
        return user
    return book(
        writes,
        user,
        LedgerEntry(
            entry_id=OPENING,
            user_id=user.user_id,
            number=0,
            at=now,
            kind=EntryKind.STARTING_CREDIT,
            amount=credit,
            balance=0,
            currency=configuration.currency,
        ),
    )


def refuse_paid(user: User) -> None:
    """Raise :class:`Conflict` while the user has money with us that was paid: it is refunded first."""
    if user.balance > 0 and user.paid > 0:
        raise Conflict("balance_left", "Money that was paid is left on the balance; have it refunded first.")


def close(writes: Writes, user: User, now: datetime) -> None:
    """The account goes: what is left of credits, or owed, is written off, and its ledger adds up to nothing.

    The ledger itself stays: books are kept. It names the user by a number that leads to nobody any more.
    """
    if user.balance:
        book(
            writes,
            user,
            LedgerEntry(
                entry_id=CLOSING,
                user_id=user.user_id,
                number=0,
                at=now,
                kind=EntryKind.CLOSING,
                amount=-user.balance,
                balance=0,
                currency=user.currency,
            ),
        )

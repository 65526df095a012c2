"""Services: a user's balance as the rules take it, and an entry of the ledger written together with it."""

from dataclasses import replace
from typing import Any

from model import paths
from model.account import User
from model.documents import to_document
from model.money.ledger import Balance, LedgerEntry, booked
from model.store.port import Writes


def balance_of(user: User) -> Balance:
    """What a user has."""
    return Balance(amount=user.balance, currency=user.currency, entries=user.ledger_entries)


def balance_fields(balance: Balance) -> dict[str, Any]:
    """A balance as the fields of its user."""
    return {"balance": balance.amount, "currency": balance.currency, "ledger_entries": balance.entries}


def book(writes: Writes, user: User, entry: LedgerEntry) -> User:
    """Write an entry; the user with the balance after it, to be written by the caller in the same transaction.

    ``create``: what was booked before cannot be booked again.
    """
    balance, numbered = booked(balance_of(user), entry)
    writes.create(paths.ledger_entry(user.user_id, numbered.entry_id), to_document(numbered))
    return replace(user, balance=balance.amount, currency=balance.currency, ledger_entries=balance.entries)

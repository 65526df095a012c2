"""Model room: a user's balance, and the ledger whose entries it is the sum of. Entries are made, never changed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry is for."""

    STARTING_CREDIT = "starting_credit"
    TOP_UP = "top_up"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"
    """By an admin, with a reason."""
    SESSION = "session"
    """What a session cost, at its end."""
    SESSION_ADJUSTMENT = "session_adjustment"
    """What it cost more, by energy that was told after its end."""
    WAIVED = "waived"
    """What a session cost beyond the allowed limit: it should have been stopped in time."""
    CLOSING = "closing"
    """What was left when the account was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a user has, in minor units of one currency, which the first entry decides."""

    amount: int = 0
    currency: str = ""
    """ISO 4217; empty: nothing was ever booked, or it was booked without one."""
    entries: int = 0
    """How many entries the ledger has."""

    def takes(self, currency: str) -> bool:
        """Whether amounts in this currency can be booked here."""
        return not self.entries or self.currency == currency


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """``users/{u}/ledger/{entry_id}``. What it is for is its id, so nothing can be booked twice."""

    entry_id: str
    user_id: str
    number: int
    """1, 2, 3 … for each user: a missing one shows."""
    at: datetime
    kind: EntryKind
    amount: int
    """Minor units; what is taken is negative."""
    balance: int
    """After it."""
    currency: str
    session: str = ""
    """``location:charger:number``, folded, of what a session cost."""
    payment_id: str = ""
    by: str = ""
    """User id of the admin."""
    note: str = ""


def booked(balance: Balance, entry: LedgerEntry) -> tuple[Balance, LedgerEntry]:
    """The balance after ``entry``, and the entry with its number and that balance.

    Raises ``ValueError`` for another currency: callers look first (:meth:`Balance.takes`).
    """
    if not balance.takes(entry.currency):
        raise ValueError(f"a balance in {balance.currency!r} cannot take {entry.currency!r}")
    after = Balance(amount=balance.amount + entry.amount, currency=entry.currency, entries=balance.entries + 1)
    return after, replace(entry, number=after.entries, balance=after.amount)

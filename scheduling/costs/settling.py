"""Scheduling: what an ended session cost is booked on its driver's ledger, in the decision that ends it."""

from dataclasses import replace

from model.ids import fold, session_name
from model.money.ledger import EntryKind, LedgerEntry, booked
from model.session import Session
from scheduling.costs.funds import pays
from scheduling.costs.growing import priced
from scheduling.draft import Draft
from scheduling.effects import Alert, Warn
from scheduling.people import Person


def settled(draft: Draft, record: Session) -> Session:
    """The ended session with its cost; what is not booked yet is taken from its driver's balance.

    Energy told after the end is one more entry. No entry is ever changed, and each has an id of its own.
    """
    record = priced(record)
    owed = (record.cost or 0) - record.charged
    if owed <= 0 or not pays(record):
        return record
    person = draft.person(record.user_id)
    if person is None:  # The account is gone, and its ledger closed.
        return record
    currency = record.currency or person.balance.currency
    if not person.balance.takes(currency):
        facts: dict[str, str | int | float | bool] = {"reason": "other_currency", "session": record.number}
        draft.effects.append(Warn(alert=Alert.ANOMALY, charger_id=record.charger_id, facts=facts))
        draft.reasons.append(f"session {record.number} of {record.username} is in {currency} and was not booked")
        return record
    _book(draft, record, person, owed, currency)
    return replace(record, charged=record.charged + owed, ledger_entries=record.ledger_entries + 1)


def ledger_id(record: Session) -> str:
    """What a session's entries are called: ``location:charger:number``, folded."""
    return session_name(fold(record.location_id), fold(record.charger_id), record.number)


def _book(draft: Draft, record: Session, person: Person, owed: int, currency: str) -> None:
    """Take it; what would go beyond the allowed limit is given back: it should have been stopped in time."""
    session = ledger_id(record)
    later = record.ledger_entries
    entry = LedgerEntry(
        entry_id=f"{session}:adjustment:{later}" if later else session,
        user_id=record.user_id,
        number=0,
        at=draft.now,
        kind=EntryKind.SESSION_ADJUSTMENT if later else EntryKind.SESSION,
        amount=-owed,
        balance=0,
        currency=currency,
        session=session,
    )
    balance, entry = booked(person.balance, entry)
    draft.entries.append(entry)
    lowest = min(-draft.settings.overdraft, person.balance.amount)
    if balance.amount < lowest:
        waived = replace(
            entry, entry_id=f"{entry.entry_id}:waived", kind=EntryKind.WAIVED, amount=lowest - balance.amount
        )
        balance, waived = booked(balance, waived)
        draft.entries.append(waived)
        draft.reasons.append(f"{waived.amount} of it are waived: they are beyond what {record.username} may owe")
    draft.put_person(replace(person, balance=balance))
    draft.reasons.append(f"{record.username} pays {owed} {currency} (minor units) for session {record.number}")

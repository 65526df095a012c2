"""Services: whether the books are right: every ledger adds up, every session is paid as drawn, every payment is booked.

Everything is read of one moment, so others may go on writing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from model import paths
from model.account import User
from model.documents import from_document
from model.ids import fold, session_name
from model.money.amount import amount, energy_of
from model.money.ledger import EntryKind, LedgerEntry
from model.money.payment import Payment, PaymentState
from model.session import Session
from model.store.document import Document
from model.store.port import Reads, Store
from model.store.query import Query
from scheduling.costs.funds import pays
from services.money.payments import top_up_id
from services.money.sampled import Sampled, Samplings
from services.sites.paging import each
from services.sites.session_document import session_of
from services.slot import Slot

MOST_PROBLEMS = 1_000
"""Beyond so many, more names would help nobody."""
PAID_FOR = frozenset({EntryKind.SESSION, EntryKind.SESSION_ADJUSTMENT})
Metered = Callable[[Session], Sampled | None]
"""The energy of a session as its samples tell it; None where they do not say."""


@dataclass(slots=True)
class Books:
    """What was looked at, and what is wrong: a sentence each."""

    users: int = 0
    entries: int = 0
    sessions: int = 0
    payments: int = 0
    whole: bool = True
    """False: there was no time for all."""
    problems: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By session: what ledgers have of it, until the session itself is looked at."""
    top_ups: dict[str, LedgerEntry] = field(default_factory=dict)
    """By entry id, until the payment is looked at."""
    refunded: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By payment id."""
    owners: dict[str, User] = field(default_factory=dict)

    def wrong(self, sentence: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)


def check_books(
    store: Store, slot: Slot | None = None, metered_of: Callable[[Reads], Metered] = lambda reads: Samplings(reads).of
) -> Books:
    """Look at everything. One read a document and one more a page; of sessions also their samples."""
    slot = slot or Slot()
    books = Books()
    with store.snapshot() as reads:
        metered = metered_of(reads)
        for document in slot.of(each(reads, Query(paths.USERS))):
            user = from_document(User, document.data)
            books.owners[user.user_id] = user
            books.users += 1
        ledgers = groupby(slot.of(each(reads, Query(paths.LEDGER, group=True))), key=_owner)
        for user_id, documents in ledgers:
            _check_ledger(books, user_id, [from_document(LedgerEntry, one.data) for one in documents])
        for user in books.owners.values():
            if user.ledger_entries == 0 and (user.balance, user.paid) != (0, 0):
                books.wrong(f"user {user.user_id}: a balance of {user.balance} without any entry")
        for document in slot.of(each(reads, Query(paths.SESSIONS, group=True))):
            _check_session(books, session_of(document.data), metered)
        for document in slot.of(each(reads, Query(paths.PAYMENTS))):
            _check_payment(books, from_document(Payment, document.data))
    books.whole = not slot.over
    if books.whole:
        _check_what_is_left(books)
    return books


def _owner(document: Document) -> str:
    return document.path.split("/")[1]


def _check_ledger(books: Books, user_id: str, entries: list[LedgerEntry]) -> None:
    """The entries are 1, 2, 3 …, each balance is the one before and the amount, and the last is the user's."""
    balance = paid = 0
    for number, entry in enumerate(sorted(entries, key=lambda one: one.number), start=1):
        books.entries += 1
        balance += entry.amount
        if (entry.number, entry.user_id) != (number, user_id):
            books.wrong(f"user {user_id}: entry {entry.entry_id} is number {entry.number}, it should be {number}")
        if entry.balance != balance:
            books.wrong(f"user {user_id}: after {entry.entry_id} the balance is {entry.balance}, entries say {balance}")
        if entry.currency != entries[0].currency:
            books.wrong(f"user {user_id}: entry {entry.entry_id} is in {entry.currency}, not {entries[0].currency}")
        if entry.kind in PAID_FOR:
            books.left[entry.session] -= entry.amount
        elif entry.kind is EntryKind.TOP_UP:
            books.top_ups[entry.entry_id] = entry
            paid += entry.amount
        elif entry.kind is EntryKind.REFUND:
            books.refunded[entry.payment_id] -= entry.amount
            paid += entry.amount
    user = books.owners.get(user_id)
    if user is None:
        if balance:
            books.wrong(f"user {user_id}: the account is gone, but its ledger comes to {balance}")
    elif (user.balance, user.ledger_entries, user.paid) != (balance, len(entries), paid):
        books.wrong(
            f"user {user_id}: the account says {user.balance} after {user.ledger_entries} entries, {user.paid} paid in;"
            f" the ledger says {balance} after {len(entries)}, {paid} paid in"
        )


def _check_session(books: Books, session: Session, metered: Metered) -> None:
    """Its energy is all priced, what it costs follows from that, and the ledger has just that."""
    books.sessions += 1
    name = session_name(fold(session.location_id), fold(session.charger_id), session.number)
    booked = books.left.pop(name, 0)
    if booked != session.charged:
        books.wrong(f"session {name}: {session.charged} were charged, the ledger has {booked}")
    tariff = session.tariff
    if tariff is None:
        return  # Never plugged in, or begun before prices were kept.
    if energy_of(session.slices) != session.energy_wh:
        books.wrong(f"session {name}: {session.energy_wh} Wh, priced are {energy_of(session.slices)} Wh")
    cost = amount(session.slices, session.idle_s, tariff.idle_price) if tariff.priced else None
    if session.cost != cost:
        books.wrong(f"session {name}: it cost {session.cost}, by its energy and overstay {cost}")
    user = books.owners.get(session.user_id)
    owes = session.ended_at is not None and pays(session) and user is not None
    if owes and session.charged != cost and (user is None or session.currency in {"", user.currency}):
        books.wrong(f"session {name}: it cost {cost}, {session.charged} were charged")
    if not pays(session) and session.charged and session.user_id:
        books.wrong(f"session {name}: {session.charged} were charged, though it is not paid from a balance")
    told = metered(session)
    if told is not None and (told.energy_wh > session.energy_wh or (told.whole and told.energy_wh < session.energy_wh)):
        books.wrong(f"session {name}: {session.energy_wh} Wh, by its samples {told.energy_wh} Wh")


def _check_payment(books: Books, payment: Payment) -> None:
    """What was paid is on the ledger once, and so is what was paid back."""
    books.payments += 1
    name = payment.payment_id
    entry = books.top_ups.pop(top_up_id(payment), None)
    if payment.state is PaymentState.PAID:
        found = None if entry is None else (entry.user_id, entry.amount, entry.currency)
        if found != (payment.user_id, payment.amount, payment.currency):
            books.wrong(f"payment {name}: {payment.amount} {payment.currency} were paid, the ledger has {found}")
    elif entry is not None:
        books.wrong(f"payment {name}: it is {payment.state.value}, and on the ledger all the same")
    refunded, back = books.refunded.pop(name, 0), sum(one.amount for one in payment.refunds)
    if refunded != back or back > payment.amount:
        books.wrong(f"payment {name}: {back} of {payment.amount} were paid back, the ledger has {refunded}")


def _check_what_is_left(books: Books) -> None:
    """Entries whose session or payment is not there."""
    for sentence in _unfounded(books):
        books.wrong(sentence)


def _unfounded(books: Books) -> Iterator[str]:
    yield from (f"session {name}: {taken} were charged, there is no such session" for name, taken in books.left.items())
    yield from (f"entry {name}: there is no such payment" for name in books.top_ups)
    yield from (
        f"payment {name}: {back} were paid back, there is no such payment" for name, back in books.refunded.items()
    )

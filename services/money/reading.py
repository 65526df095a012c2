"""Services: a user's balance and ledger, to be read."""

from model import paths
from model.account import User
from model.documents import from_document
from model.money.ledger import LedgerEntry
from model.store.port import Store
from model.store.query import Order, Query
from services.accounts.names import user_with_id
from services.sites.paging import Page, read_page


def read_balance(store: Store, user_id: str, page_size: int, page_token: str) -> tuple[User, Page[LedgerEntry]]:
    """The account, and a page of its ledger, newest first. Raises ``Invalid`` for a page token that is none of ours."""
    user = user_with_id(store, user_id)
    newest_first = Query(paths.ledger(user_id), order_by=(Order("number", descending=True),))
    return user, read_page(store, newest_first, "number", int, _entry_of, page_size, page_token)


def _entry_of(data: dict[str, object]) -> LedgerEntry:
    return from_document(LedgerEntry, data)

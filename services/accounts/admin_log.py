"""What admins did to accounts and chargers, written in the transaction that does it; no secrets, no tags in it."""

from datetime import datetime

from model import paths
from model.admin_action import AdminAction
from model.documents import from_document
from model.instants import to_text
from model.store.port import Reads, Writes
from model.store.query import Filter, Order, Query
from services.caller import Caller
from services.ports import Randomness
from services.sites.paging import Page, read_page

MOST_WHAT_CHARS = 2_000


def note(
    writes: Writes,
    randomness: Randomness,
    now: datetime,
    by: Caller | None,
    action: str,
    subject_id: str,
    what: str = "",
    command_id: str = "",
) -> None:
    """One line of the admin log: who did what to whom. ``by`` is None for the command line.

    ``command_id``: the command to a charge point that does it.
    """
    writes.create(
        paths.admin_action(f"{to_text(now)}-{randomness.token(6)}"),
        {
            "at": now,
            "actor_id": by.user_id if by else "",
            "actor": by.username if by else "command line",
            "action": action,
            "subject_id": subject_id,
            "what": what[:MOST_WHAT_CHARS],
            **({"command_id": command_id} if command_id else {}),
        },
    )


def read(reads: Reads, subject_id: str = "", *, page_size: int = 50, page_token: str = "") -> Page[AdminAction]:
    """The admin log, newest first; only what was done to ``subject_id`` if given. Raises ``Invalid`` for the page."""
    where = (Filter("subject_id", "==", subject_id),) if subject_id else ()
    query = Query(paths.ADMIN_ACTIONS, where, (Order("at", descending=True),))
    return read_page(reads, query, "at", datetime, _action_of, page_size, page_token)


def _action_of(data: dict[str, object]) -> AdminAction:
    return from_document(AdminAction, data)

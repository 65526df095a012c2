"""What admins did to accounts, written in the transaction that does it; no secrets, no tags in it."""

from datetime import datetime

from model import paths
from model.instants import to_text
from model.store.port import Writes
from services.caller import Caller
from services.ports import Randomness


def note(
    writes: Writes,
    randomness: Randomness,
    now: datetime,
    by: Caller | None,
    action: str,
    subject_id: str,
    what: str = "",
) -> None:
    """One line of the admin log: who did what to whom. ``by`` is None for the command line."""
    writes.create(
        paths.admin_action(f"{to_text(now)}-{randomness.token(6)}"),
        {
            "at": now,
            "actor_id": by.user_id if by else "",
            "actor": by.username if by else "command line",
            "action": action,
            "subject_id": subject_id,
            "what": what,
        },
    )

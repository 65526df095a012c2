"""What an admin did, as the admin log keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAction:
    """``admin_actions/{id}``: one line; no secret and no tag is in it."""

    at: datetime
    actor_id: str
    """Empty: the operator's command line."""
    actor: str
    action: str
    subject_id: str
    """To whom or what it was done: a user's id, or ``location:charger``."""
    what: str = ""
    command_id: str = ""
    """The command to a charge point that does it; it knows what came of it."""

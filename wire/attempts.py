"""Who knocked at a bridge's door and is not known: told to the API, so that an admin can adopt them."""

from datetime import datetime

import msgspec

MOST_ATTEMPTS = 50
"""Identities in one report."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What one unknown identity did since the last report. It was turned away each time."""

    charge_point_id: str
    count: int
    first_at: datetime
    last_at: datetime
    subprotocols: tuple[str, ...] = ()
    family: str = ""
    """``ipv4`` or ``ipv6``; nothing else of its address."""
    is_tls: bool = False
    has_password: bool = False
    """It offered one; which, nobody kept."""


class AttemptReport(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /api/bridge/attempts``."""

    attempts: tuple[Attempt, ...]

"""What cards were answered at a charge point: the last of them, in one document."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One card and its verdict. ``user_id`` is empty for a card nobody has; ``tag`` is redacted."""

    at: datetime
    asked: str
    """``authorize`` (at any connector) or ``start`` (of a charge, at one)."""
    tag: str
    user_id: str
    tag_status: str
    """OCPP's word."""
    reason: str
    connector: int
    """0: any."""
    by_copy: bool
    """The bridge's own copy judged, as the API did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationBook:
    """``chargepoints/{id}/records/authorizations``, oldest first; the oldest make room for new ones."""

    authorizations: tuple[Authorization, ...] = ()

"""What a charge point told that changes no charger: security events, states of firmware and uploads, vendors' data."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``chargepoints/{id}/notices/{kind}-{place}``. ``payload`` is JSON: it may hold lists within lists."""

    action: str
    """OCPP's name of the message."""
    payload: bytes
    at: datetime
    """When the bridge heard it."""
    occurred_at: datetime
    """By the charge point's own clock."""
    critical: bool
    """A security event that the security whitepaper calls critical."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd:
    """How far one stream of the bridge's events was taken."""

    stream: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBook:
    """``chargepoints/{id}/records/notice_book``: what was taken, so that nothing is taken twice, and how many."""

    streams: tuple[StreamEnd, ...] = ()
    """The latest used last."""
    written: dict[str, int] = field(default_factory=dict)
    """How many were ever written, by kind: the next one's place."""
    last_security_event: str = ""
    """SHA-256 of the last one's payload: a charge point says it again when our answer was lost."""

"""What the bridge asks the API, and the copy it keeps for when the API does not answer in time."""

from datetime import datetime
from enum import StrEnum

import msgspec


class TagStatus(StrEnum):
    """OCPP's verdicts on a tag."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    CONCURRENT_TX = "ConcurrentTx"


class AuthorizeRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """May this tag charge here? Without a connector: at any connector of the charge point."""

    tag: str
    connector: int | None = None


class AuthorizeReply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict; ``reason`` is ours, for logs."""

    tag_status: TagStatus
    parent_tag: str = ""
    expires_at: datetime | None = None
    reason: str = ""


MOST_QUESTIONS = 50
"""About tags, in one request."""


class TagQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As :class:`AuthorizeRequest`, with the charge point it is about."""

    charge_point_id: str
    tag: str
    connector: int | None = None


class TagQuestions(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /api/bridge/authorize``: at most ``MOST_QUESTIONS``."""

    questions: tuple[TagQuestion, ...]


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of the questions; None: there is no such charge point, or it has no such connector."""

    verdicts: tuple[AuthorizeReply | None, ...]


class ChargePointConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the bridge must know to let a charge point in."""

    charge_point_id: str
    password_sha256: tuple[str, ...] = ()
    """Hex digests any of which opens the door: of the password's bytes, and of its decoded bytes if it is hex."""
    security_profile: int = 1
    vendor_profile: str = ""
    connectors: dict[str, str] = {}
    """OCPP connector number → ``location:charger``."""
    offline_flap_s: int = 90
    admits_unknown: bool = False
    """A tag that nobody owns may start here."""
    changed_at: datetime | None = None
    """What is listed again with the same instant has not been changed since. None: the API does not say."""


class TagConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A known tag."""

    tag: str
    parent_tag: str
    status: TagStatus
    expires_at: datetime | None = None


class HoldConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A live hold: nobody but ``tag`` and its children starts this connector before ``until``."""

    charge_point_id: str
    connector: int
    reservation_id: int
    tag: str
    until: datetime


class BridgeConfig(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /api/bridge/config``: everything (``complete``), or what changed since the cursor given."""

    cursor: str
    complete: bool
    charge_points: tuple[ChargePointConfig, ...] = ()
    gone: tuple[str, ...] = ()
    """Charge points that are no longer known."""
    tags: tuple[TagConfig, ...] = ()
    gone_tags: tuple[str, ...] = ()
    holds: tuple[HoldConfig, ...] | None = None
    """All live holds of the listed bridge's charge points when complete; None: unchanged as far as this answer says."""
    server_time: datetime | None = None

"""People and machines that may enter: users, their tokens, tags and single-use secrets."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from model.quota import Quota, Usage


class UserType(StrEnum):
    """What a user may do at all; the access table says it route by route."""

    USER = "user"
    ADMIN = "admin"
    SERVICE = "service"


class UserState(StrEnum):
    """Where a user stands; always derived from the site their place names, never stored."""

    INACTIVE = "inactive"
    IN_QUEUE = "in_queue"
    ASSIGNED = "assigned"
    CONNECTED_CHARGING = "connected_charging"
    CONNECTED_FULL = "connected_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pointer to a queue entry: the site it names says whether it still lives."""

    location_id: str
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """What one user got and needed at one location: decayed kWh as of ``as_of`` (half-life 14 days), and totals."""

    got_kwh: float = 0.0
    debt_kwh: float = 0.0
    ask_kwh: float = 0.0
    as_of: datetime | None = None
    sessions: int = 0
    """Charges that drew energy, ever."""
    energy_wh: int = 0
    """Energy of those charges, ever: ``energy_wh / sessions`` is the driver's metered mean charge."""
    ask_day: date | None = None
    """The local day of a need noted at joining and not yet booked or cleared."""
    ask_from: datetime | None = None
    need_wh: int = 0
    asked_on: date | None = None
    """The local day a need was booked last: once a day at most."""
    timed: int = 0
    """How many charges the two usual times are means of, the last few at most."""
    charging_s: int = 0
    """From plug to full."""
    full_s: int = 0
    """From full to unplugged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where notifications go: an address of the app's on one device."""

    device_id: str
    notification_token: str = ""
    """An address of FCM's, or the endpoint of a Web Push subscription (``https://…``)."""
    label: str = ""
    p256dh: str = ""
    """Of a Web Push subscription: the browser's public key and secret, base64url (RFC 8291)."""
    auth: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When nothing is sent: local times ``HH:MM`` of the place a message is about; they may go over midnight."""

    start: str
    end: str
    offers: bool = True
    """Whether offers come all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """``users/{user_id}``: an account. Amounts in integer minor units of currency."""

    user_id: str
    username: str
    type: UserType = UserType.USER
    name: str = ""
    surname: str = ""
    email: str = ""
    active: bool = True
    password_hash: str = ""
    """argon2id, or a ``pbkdf2:sha256`` hash from the original service until the next login; empty: no login."""
    tag: str = ""
    """The made-up tag (20 characters at most): parent of all the user's cards, used to hold and to start."""
    created_at: datetime | None = None
    place: Place | None = None
    records: dict[str, ServiceRecord] = field(default_factory=dict)
    """By folded location id."""
    devices: tuple[Device, ...] = ()
    switches: dict[str, bool] = field(default_factory=dict)
    """Notification switches the user turned off or on: ``full``, or of one channel ``full.mail``."""
    quiet_hours: QuietHours | None = None
    language: str = "en"
    balance: int = 0
    """The sum of the ledger's entries."""
    currency: str = ""
    """Of the balance, since the first entry; ISO 4217."""
    ledger_entries: int = 0
    paid: int = 0
    """What was topped up and not refunded."""
    groups: tuple[str, ...] = ()
    """Folded ids, sorted; each has a ``members/{user_id}`` too."""
    quota: Quota = field(default_factory=Quota)
    """The user's own; groups have theirs."""
    usage: Usage = field(default_factory=Usage)
    """What quotas are held against."""
    password_changed_at: datetime | None = None
    token_refreshed_at: datetime | None = None
    """When the user last logged in or swapped a token, on whichever device."""


class ScopeKind(StrEnum):
    """What a service token is bound to."""

    BRIDGE = "bridge"
    CHARGE_POINT = "chargepoint"
    CHARGER = "charger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The one thing a service token may touch; a charger's id is ``location:charger``."""

    kind: ScopeKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """``tokens/{sha256 of the secret}``: one device's entry. The secret itself is shown once and never stored."""

    token_id: str
    """The public name by which it is listed and revoked; not the secret, not its hash."""
    user_id: str
    user_type: UserType
    username: str
    created_at: datetime
    refreshed_at: datetime
    due_at: datetime | None
    """After this every answer says ``Kilowait-Token: due``; None for fixed tokens."""
    expires_at: datetime | None
    """None for fixed tokens, which an admin rotates."""
    device: str = ""
    scope: Scope | None = None
    replaces: str = ""
    """The path of the token this one was swapped for, until this one is first used: then the old one ends."""
    kind: str = "token"
    """Tells tokens from resets in one collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """``tags/{key}``: a card. It counts as its user's made-up tag."""

    tag: str
    user_id: str
    parent_tag: str
    label: str = ""
    active: bool = True
    made_up: bool = False
    expires_at: datetime | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """``tokens/{sha256}`` of a single-use secret sent by mail."""

    user_id: str
    created_at: datetime
    expires_at: datetime
    kind: str = "reset"

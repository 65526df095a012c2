"""What a decision asks of the world, carried out after its commit. Each effect gets an id of its own there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Message(StrEnum):
    """What a driver is told."""

    JOINED = "joined"
    """By a tap: an app says it itself."""
    OFFERED = "offered"
    HELD = "held"
    LAPSED = "lapsed"
    SNOOZED = "snoozed"
    NO_SHOW = "no_show"
    WITHDRAWN = "withdrawn"
    FRONT = "front"
    RESERVATION_ENDED = "reservation_ended"
    HOLD_ENDING = "hold_ending"
    STARTED = "started"
    NEARLY_FULL = "nearly_full"
    FULL = "full"
    PLEASE_MOVE = "please_move"
    ENDED = "ended"
    REMOVED = "removed"
    RESET = "reset"
    START_FAILED = "start_failed"
    BALANCE_USED = "balance_used"
    QUOTA_USED = "quota_used"


class Alert(StrEnum):
    """What a site manager is told."""

    NOT_ME = "not_me"
    FAULTED = "faulted"
    OFFLINE = "offline"
    STRANGER = "stranger"
    ANOMALY = "anomaly"
    MEASURED = "measured"
    BLOCKED = "blocked"
    UNKNOWN_TAG = "unknown_tag"
    OVERSTAY = "overstay"
    NOT_STOPPED = "not_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell a driver. ``entry_id`` is the collapse key: a newer message of the same turn replaces the older."""

    user_id: str
    message: Message
    entry_id: int = 0
    charger_id: str = ""
    session_number: int | None = None
    deadline: datetime | None = None
    facts: dict[str, str | int | float | bool] = field(default_factory=dict)
    again: str = ""
    """``version:index`` of a message that was not seen: this is the same one, on the next channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Tell the site's managers."""

    alert: Alert
    charger_id: str = ""
    facts: dict[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCharger:
    """Hold a connector for a tag until an instant, at the charge point itself."""

    charge_point_id: str
    connector: int
    reservation_id: int
    tag: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCharger:
    """End that hold at the charge point."""

    charge_point_id: str
    connector: int
    reservation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRemotely:
    """Start charging for a tag."""

    charge_point_id: str
    connector: int
    tag: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRemotely:
    """Stop a transaction."""

    charge_point_id: str
    connector: int
    transaction_id: str


Effect = Notify | Warn | HoldCharger | ReleaseCharger | StartRemotely | StopRemotely

"""The registry of charge points, REST units, bridges and commands."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from model.charger_settings import SettingSupport


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Which bridge had the charge point's socket last."""

    bridge_id: str
    epoch: int
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargePoint:
    """``chargepoints/{id}``: an OCPP box with one connection and one or more chargers, all of one location."""

    charge_point_id: str
    location_id: str
    connectors: dict[str, str] = field(default_factory=dict)
    """OCPP connector number → charger id."""
    password_sha256: tuple[str, ...] = ()
    security_profile: int = 1
    vendor_profile: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    iccid: str = ""
    imsi: str = ""
    """Of its SIM card, as is ``iccid``."""
    meter_type: str = ""
    meter_serial: str = ""
    protocol: str = ""
    booted_at: datetime | None = None
    connection: Connection | None = None
    last_seen_at: datetime | None = None
    unsupported: tuple[str, ...] = ()
    """Operations it said it does not have, until it boots with another firmware."""
    settings: dict[str, SettingSupport] | None = None
    """What it can be set to, as its driver said at its last boot; None: it did not."""
    commands: tuple[str, ...] | None = None
    """Of a unit without OCPP, out of ``start``, ``stop``, ``reboot``; None: what its protocol has."""
    reboot_required: bool = False
    """A setting it took works only after its next boot."""
    changed_at: datetime | None = None
    """When what the bridge must know of it changed."""
    removed: bool = False
    """Kept as a sign for the bridges' copies; the charge point is no longer known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """``units/{location:charger}``: a charger that posts its level. Written at most every 10 min."""

    location_id: str
    charger_id: str
    last_seen_at: datetime
    silent_at: datetime | None
    """When it counts as offline unless heard before; None: it already does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """``bridges/{id}``: a bridge process; ``seen_at`` is written once a minute."""

    bridge_id: str
    seen_at: datetime


class CommandStatus(StrEnum):
    """How far a command is."""

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    NOT_CONNECTED = "not_connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """``commands/{id}``: an admin's command to a charge point and what became of it."""

    command_id: str
    charge_point_id: str
    action: str
    payload: dict[str, Any]
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    status: CommandStatus = CommandStatus.QUEUED
    answer: str = ""
    """The charge point's status word, such as ``Accepted`` or ``RebootRequired``."""
    response: dict[str, Any] | None = None
    error: str = ""
    """Why it was not done, in one stable word: the charge point's own (``Rejected``, ``NotSupported``), or ours:
    ``timeout``, ``disconnected``, ``not_connected``, ``expired``, ``bridge_unreachable`` …"""
    detail: str = ""
    """The same for people, where there is more to say."""
    password_sha256: tuple[str, ...] = ()
    """Of the key it sets, if it sets one; never shown."""
    ended_at: datetime | None = None
    answered_at: datetime | None = None
    """When the bridge told the outcome, also one that came too late to count."""

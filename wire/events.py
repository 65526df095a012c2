"""What a charge point did, as the bridge tells the API: facts, oldest first, each with its place in a stream.

An event's identity is (charge_point_id, stream, seq); the stream is one spool's life. Instants are ISO 8601 with
zone; energies are integer Wh. ``occurred_at`` is the charge point's own clock (record only), ``received_at`` the
bridge's (deadlines are judged by it).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

from wire.settings import SettingSupport


class ConnectorStatus(StrEnum):
    """A connector's state in the charge point's own words: OCPP 1.6's nine, and 2.0.1's ``occupied``."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    OCCUPIED = "occupied"


class EventBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The fields of every event."""

    charge_point_id: str
    seq: int
    occurred_at: datetime
    received_at: datetime


class Boot(EventBase, frozen=True, kw_only=True, tag="boot"):
    """The charge point (re)started and said who it is."""

    protocol: str
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    iccid: str = ""
    imsi: str = ""
    """Of its SIM card, as is ``iccid``."""
    meter_type: str = ""
    meter_serial: str = ""
    settings: dict[str, SettingSupport] | None = None
    """The settings its driver supports, by name (`wire.settings.SETTINGS`); None: it does not say."""
    commands: tuple[str, ...] | None = None
    """Of a unit without OCPP: out of ``start``, ``stop``, ``reboot``; None: what its protocol has."""
    enforcement: str = ""
    """Of a unit without OCPP: ``power`` or ``presumed``, which its chargers show; empty: what its answers show."""


class Connection(EventBase, frozen=True, kw_only=True, tag="connection"):
    """The charge point's link came (``connected``) or has been gone for the location's flap time."""

    connected: bool
    bridge_id: str
    epoch: int
    """Grows with every socket of this charge point at this bridge; the newest wins."""


class Status(EventBase, frozen=True, kw_only=True, tag="status"):
    """A connector's state. Connector 0 is the charge point as a whole."""

    connector: int
    status: ConnectorStatus
    error_code: str = ""
    info: str = ""


class TransactionStarted(EventBase, frozen=True, kw_only=True, tag="transaction_started"):
    """A transaction began; ``transaction_id`` was made by the bridge (1.6) or the charge point (2.x)."""

    connector: int
    transaction_id: str
    meter_start_wh: int
    tag: str = ""
    reservation_id: int | None = None
    offline: bool = False
    """True: replayed after an outage. It is history: nothing can be refused any more."""
    admitted: bool = False
    """True: the back end did not answer in time, and the bridge let it go on by its own copy."""


class Sample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measured value as the charge point sent it; the API normalises."""

    at: datetime
    value: str
    measurand: str = "Energy.Active.Import.Register"
    unit: str = ""
    phase: str = ""
    location: str = ""
    context: str = ""


class Meter(EventBase, frozen=True, kw_only=True, tag="meter", omit_defaults=True):
    """Readings of one connector: sample by sample, or a row of ``values``, all measured at ``occurred_at``."""

    connector: int
    transaction_id: str = ""
    samples: tuple[Sample, ...] = ()
    columns: str = ""
    """What each of ``values`` is: ``measurand|unit|phase|location|context``, what is empty at its end left out;
    one after the other with ``;`` between (`wire.columns`)."""
    values: tuple[str, ...] = ()
    """As the charge point sent them."""


class Draw(EventBase, frozen=True, kw_only=True, tag="draw"):
    """A car began to draw power (``drawing``), or has drawn next to none since a while: what its readings say."""

    connector: int
    drawing: bool
    since: datetime


class TransactionEnded(EventBase, frozen=True, kw_only=True, tag="transaction_ended"):
    """A transaction ended. ``meter_stop_wh`` is the register, not the energy charged."""

    transaction_id: str
    meter_stop_wh: int
    connector: int | None = None
    tag: str = ""
    reason: str = "Local"
    samples: tuple[Sample, ...] = ()
    offline: bool = False
    session_type: str = ""
    """``1-phase``, ``2-phase`` or ``3-phase``, as far as it is known; other words are the vendor's own."""
    vendor_session_id: str = ""
    """The vendor's name for the charge, where ``transaction_id`` was made by the bridge."""


class CommandOutcome(StrEnum):
    """How a command ended."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    NOT_CONNECTED = "not_connected"


class CommandResult(EventBase, frozen=True, kw_only=True, tag="command_result"):
    """What became of a command. ``response`` is the charge point's own answer, ``answer`` its status word."""

    command_id: str
    outcome: CommandOutcome
    answer: str = ""
    response: dict[str, Any] | None = None
    error: str = ""


class Notice(EventBase, frozen=True, kw_only=True, tag="notice"):
    """A message that changes no charger: a firmware's, an upload's or a log's state, a security event, vendor's data.

    ``payload`` is the message's own, as the charge point sent it.
    """

    action: str
    payload: dict[str, Any]


Event = Boot | Connection | Status | TransactionStarted | Meter | Draw | TransactionEnded | CommandResult | Notice


class EventResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The API's answer to one event. ``tag_status`` (OCPP's word) is given for starts and ends with a tag."""

    charge_point_id: str
    seq: int
    outcome: Literal["applied", "repeat", "noted"]
    reason: str = ""
    tag_status: str = ""
    parent_tag: str = ""


class EventReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one posted batch; ``server_time`` lets the bridge correct its ``received_at``."""

    results: tuple[EventResult, ...]
    server_time: datetime

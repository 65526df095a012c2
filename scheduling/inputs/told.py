"""What charge points, units and time tell of a site: facts, which are never refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a bridge's report stands in its stream. ``received_at`` is the bridge's clock, corrected."""

    charge_point_id: str
    stream: str
    seq: int
    received_at: datetime
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """The charge point restarted. ``enforcement``: how its chargers are held, where its kind leaves no choice."""

    source: Source
    enforcement: Literal["", "power", "presumed"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """The charge point's link came or went."""

    source: Source
    connected: bool
    bridge_id: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReported:
    """A connector's status (``wire.events.ConnectorStatus`` by value); connector 0 is the whole charge point."""

    source: Source
    connector: int
    status: str
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A tag as the back end knows it: whose it is, and OCPP's verdict on the tag alone."""

    tag_key: str = ""
    user_id: str = ""
    """Empty: nobody's."""
    parent_tag: str = ""
    verdict: str = "Invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionBegan:
    """A transaction started at a connector."""

    source: Source
    connector: int
    transaction_id: str
    meter_start_wh: int
    tagged: Tagged
    reservation_id: int | None = None
    offline: bool = False
    """Told late: it began while the charge point was away."""
    admitted: bool = False
    """The bridge let it go on, as nobody could be asked."""
    booked: bool = False
    """A session had this transaction long ago: the start is told once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawReported:
    """A car at a connector began to draw power (``drawing``), or has drawn none since a while."""

    source: Source
    connector: int
    drawing: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionDone:
    """A transaction ended. ``meter_stop_wh`` is the register."""

    source: Source
    transaction_id: str
    meter_stop_wh: int
    tagged: Tagged | None = None
    connector: int | None = None
    reason: str = "Local"
    session_type: str = ""
    vendor_session_id: str = ""
    offline: bool = False
    """True: told late. It is history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAnswered:
    """What the charge point said to our hold: ``outcome`` (accepted, rejected, failed …) and its own word."""

    source: Source | None
    reservation_id: int
    charge_point_id: str
    outcome: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAnswered:
    """What the charge point said to our remote start."""

    source: Source | None
    charger_id: str
    outcome: str
    answer: str = ""
    tag: str = ""
    """It was to start for; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFailed:
    """A charge point did not take our remote stop, or has no means for one: ``outcome``, and its own word."""

    source: Source | None
    charge_point_id: str
    transaction_id: str
    outcome: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReported:
    """A REST unit's level: ``available``, ``charging``, ``full``, ``faulted``, ``unavailable`` …"""

    charger_id: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSilent:
    """A REST unit has not been heard for the location's ``unit_silence_s``."""

    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsReached:
    """As far as is known, a charge has cost what its driver may spend, or will have in ``ahead_s``."""

    charger_id: str
    number: int
    ahead_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaReached:
    """As far as is known, a charge has drawn what its driver's quota leaves it."""

    charger_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownTag:
    """A card that is nobody's was held to a charge point, and refused."""

    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearlyFull:
    """A charging car is nearly full, by its own word or by what it takes."""

    charger_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCrossed:
    """A measured value went past its limit (``past``), or came back within it."""

    charger_id: str
    measurand: str
    past: bool
    at: datetime
    value: float
    limit: float
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time passed."""


Report = (
    Booted | LinkChanged | StatusReported | DrawReported | TransactionBegan | TransactionDone | HoldAnswered
    | StartAnswered | StopFailed | LevelReported | UnitSilent | FundsReached | QuotaReached | NearlyFull | UnknownTag
    | LimitCrossed | Tick
)  # fmt: skip

"""A charger as its site keeps it: its condition, its open session, its hold, and the state it shows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from model.entry import Entry
from model.money.tariff import Window
from model.threshold import Crossing


class ChargerState(StrEnum):
    """What a charger shows; always derived from its condition and its open session."""

    AVAILABLE = "available"
    PRE_SESSION = "pre_session"
    CHARGING = "charging"
    FULL = "full"
    FAULTED = "faulted"
    UNAVAILABLE = "unavailable"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class StationState(StrEnum):
    """How a charger looks from the street, best first."""

    FREE = "free"
    RESERVED = "reserved"
    USED = "used"
    DISMISSED = "dismissed"
    BROKEN = "broken"
    UNDEFINED = "undefined"


class Condition(StrEnum):
    """What the unit says of itself, apart from any session."""

    OK = "ok"
    FAULTED = "faulted"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Phase(StrEnum):
    """How far an open session is."""

    OFFERED = "offered"
    HELD = "held"
    CHARGING = "charging"
    FULL = "full"


UNPLUGGED = frozenset({Phase.OFFERED, Phase.HELD})


class Enforcement(StrEnum):
    """How a hold is kept against others."""

    RESERVE = "reserve"
    AUTHORIZE = "authorize"
    POWER = "power"
    PRESUMED = "presumed"


class EndReason(StrEnum):
    """Why a session ended; the first five never had a plug in."""

    DECLINED = "declined"
    SNOOZED = "snoozed"
    LAPSED = "lapsed"
    NO_SHOW = "no_show"
    WITHDRAWN = "withdrawn"
    UNPLUGGED = "unplugged"
    STOPPED = "stopped"
    GHOST = "ghost"


UNPLUGGED_ENDS = frozenset({
    EndReason.DECLINED, EndReason.SNOOZED, EndReason.LAPSED, EndReason.NO_SHOW, EndReason.WITHDRAWN,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """The session on a charger: its place in the rules. The record of it is :class:`model.session.Session`."""

    number: int
    phase: Phase
    entry: Entry | None
    """None: nobody is known to charge here."""
    assigned_at: datetime
    ahead: tuple[int, ...] = ()
    """Entries that stood before this one when it was offered: a snooze returns behind them."""
    answer_by: datetime | None = None
    plug_by: datetime | None = None
    accepted_at: datetime | None = None
    plugged_at: datetime | None = None
    full_at: datetime | None = None
    confirmed: bool = True
    """False: a plug on a ``presumed`` charger counted as the holder's."""
    reservation_id: int = 0
    """0: nothing was reserved at a charge point."""
    overstay_s: float = 0.0
    """Seconds of overstay beyond grace during which somebody was waiting, up to the site's ``decided_at``."""
    reserved_s: int = 0
    """How long its driver, who had not queued, reserved the charger for; 0: the queue gave it to them."""
    start_by: datetime | None = None
    """Asked to start from afar, the charge point has to answer by then; None: it was not asked, or it has answered."""
    asked: str = ""
    """``version:index`` of the message that offered it, where it may have to be sent again; else empty."""
    told: tuple[str, ...] = ()
    """Which reminders went out (:class:`scheduling.warnings.ladder.Rung`): each goes once."""
    told_full_wh: int | None = None
    """The session's energy when its driver was told that the car is full."""
    asked_to_move_at: datetime | None = None
    """When somebody who waits last had its driver asked to move."""

    @property
    def deadline(self) -> datetime | None:
        """Until when the driver of an offer must answer, of a hold plug in; None: there is none, or the plug is in."""
        if self.phase not in UNPLUGGED:
            return None
        return self.answer_by if self.phase is Phase.OFFERED else self.plug_by


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransaction:
    """A charge point's own transaction on a charger. It may outlive our session, or have none (number 0)."""

    transaction_id: str
    session_number: int
    meter_start_wh: int
    started_at: datetime
    tag_key: str = ""
    """Folded tag it was started with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHold:
    """The last hold that lapsed here: a plug received in time gives it back unless the charger was given on."""

    session: OpenSession
    deadline: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Charger:
    """One place to plug in."""

    charger_id: str
    connector_type: str = ""
    max_power_w: int = 0
    price: int | None = None
    """Thousandths of a minor unit of currency per kWh; None: the location's price and times."""
    enforcement: Enforcement = Enforcement.PRESUMED
    charge_point_id: str = ""
    connector: int = 0
    out_of_service: bool = False
    """Taken out by an admin."""
    retired: bool = False
    condition: Condition = Condition.OK
    offline_since: datetime | None = None
    status: str = ""
    """The unit's last word: an OCPP status or a reported level."""
    status_at: datetime | None = None
    plugged: bool = False
    foreign_reservation: bool = False
    """Reserved at the charge point by somebody other than us."""
    suspended_at: datetime | None = None
    """The car has taken no energy since (SuspendedEV), while charging."""
    session: OpenSession | None = None
    transaction: OpenTransaction | None = None
    past_transactions: tuple[str, ...] = ()
    """The last transactions that are over: their start, told once more, begins nothing."""
    last_session: int = 0
    """The number of the last session; never reused."""
    last_hold: PastHold | None = None
    tariffs: tuple[Window, ...] = ()
    """Times of the week with another price; they go with a price of its own."""
    idle_price: int | None = None
    """Thousandths of a minor unit per minute of overstay; None: the location's."""
    crossings: dict[str, Crossing] = field(default_factory=dict)
    """By measurand, what was last past a limit of the location's ``alerts``."""
    groups: tuple[str, ...] = ()
    """Folded ids of the groups that may use it; empty: those of the location."""
    blocked_at: datetime | None = None
    """When its holder said that it cannot be reached; None: it can, as far as is known."""

    @property
    def state(self) -> ChargerState:
        """What the charger shows."""
        if self.retired or self.out_of_service:
            return ChargerState.UNAVAILABLE
        if self.offline_since is not None:
            return ChargerState.OFFLINE
        if self.condition is not Condition.OK:
            return ChargerState(self.condition.value)
        if self.foreign_reservation and self.session is None:
            return ChargerState.UNAVAILABLE
        if self.session is None:
            return ChargerState.AVAILABLE
        return _SHOWN[self.session.phase]

    @property
    def station_state(self) -> StationState:
        """How it looks from the street."""
        if self.retired or self.out_of_service:
            return StationState.DISMISSED
        if self.condition is Condition.UNKNOWN:
            return StationState.UNDEFINED
        if self.foreign_reservation and self.session is None and self.offline_since is None:
            return StationState.RESERVED
        station = _STATIONS[self.state]
        if station is StationState.FREE and not self.free:
            return StationState.USED
        return station

    @property
    def free(self) -> bool:
        """Whether it may be offered now: nobody holds it, nothing is plugged in or stands before it, nothing runs."""
        blocked = self.plugged or self.blocked_at is not None
        return self.state is ChargerState.AVAILABLE and not blocked and self.transaction is None


_SHOWN = {
    Phase.OFFERED: ChargerState.PRE_SESSION,
    Phase.HELD: ChargerState.PRE_SESSION,
    Phase.CHARGING: ChargerState.CHARGING,
    Phase.FULL: ChargerState.FULL,
}


_STATIONS = {
    ChargerState.AVAILABLE: StationState.FREE,
    ChargerState.PRE_SESSION: StationState.RESERVED,
    ChargerState.CHARGING: StationState.USED,
    ChargerState.FULL: StationState.USED,
    ChargerState.UNAVAILABLE: StationState.BROKEN,
    ChargerState.FAULTED: StationState.BROKEN,
    ChargerState.OFFLINE: StationState.BROKEN,
    ChargerState.UNKNOWN: StationState.UNDEFINED,
}

"""The record of a session, from offer to unplug or stop: kept for ever."""

from dataclasses import dataclass
from datetime import datetime

from model.account import UserType
from model.charger import UNPLUGGED_ENDS, EndReason
from model.ids import session_name
from model.money.amount import Slice
from model.money.tariff import Tariff

MOST_ENERGY_WH = 1_000_000
"""No session draws more: a register that says so has jumped."""


def drawn_wh(start_wh: int, register_wh: int) -> int:
    """What a register says was drawn since its start; 0 where it went back, or jumped."""
    drawn = register_wh - start_wh
    return drawn if 0 <= drawn <= MOST_ENERGY_WH else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unended:
    """A transaction of a session that another one followed before its own end was told."""

    transaction_id: str
    meter_start_wh: int
    counted_wh: int
    """What is counted for it; its end may tell more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``locations/{l}/sessions/{c}:{n}``. Energy in Wh, power in W, amounts in integer minor units."""

    location_id: str
    charger_id: str
    number: int
    assigned_at: datetime
    user_id: str = ""
    """Empty: nobody's."""
    username: str = ""
    user_type: UserType = UserType.USER
    initials: str = ""
    accepted_at: datetime | None = None
    plugged_at: datetime | None = None
    full_at: datetime | None = None
    ended_at: datetime | None = None
    energy_wh: int = 0
    power_w: int = 0
    meter_start_wh: int | None = None
    """Register at the start of the transaction that runs or ran last."""
    energy_before_wh: int = 0
    """Energy of the session's earlier transactions: ``energy_wh = energy_before_wh + register - meter_start_wh``."""
    unended: tuple[Unended, ...] = ()
    """Earlier transactions whose end is still to come, oldest first, bounded."""
    meter_at: datetime | None = None
    """When energy and power were last heard."""
    register_wh: int | None = None
    """The last reading that counts, of the transaction ``register_of``, and when it was taken."""
    register_at: datetime | None = None
    register_of: str = ""
    corrections: tuple[str, ...] = ()
    """What its readings are corrected for, by name (:mod:`model.meter.labels`)."""
    peak_power_w: int = 0
    """The most it drew."""
    nearly_full_at: datetime | None = None
    """Since when the battery is nearly full, by its own word or by what it takes."""
    cost: int | None = None
    """Minor units: of what was drawn so far, and in the end of the overstay too; None where nothing is priced."""
    currency: str = ""
    price: int | None = None
    """Thousandths of a minor unit per kWh when the charge began; ``tariff`` has those of other times."""
    tariff: Tariff | None = None
    """All prices as they were when the charge began; None: it has not, or an earlier build began it."""
    slices: tuple[Slice, ...] = ()
    """The energy by price; together ``energy_wh``."""
    priced_to: datetime | None = None
    """Up to when the energy is in ``slices``: the last reading."""
    idle_s: int = 0
    """Seconds of overstay that are billed."""
    charged: int = 0
    """What the driver's ledger has of ``cost``, what was waived included."""
    ledger_entries: int = 0
    """How often it was booked there."""
    funds: int | None = None
    """What it may cost as far as is known: the driver's balance when the charge began, and the overdraft."""
    funds_stop_at: datetime | None = None
    """When the charge point was last asked to stop because the balance was used up."""
    quota_wh: int | None = None
    """What it may draw before its driver's quota is used up, as known when the charge began; None: no end by that."""
    quota_stop_at: datetime | None = None
    """When the charge point was last asked to stop because the quota was used up."""
    end_reason: EndReason | None = None
    session_type: str = ""
    """``1-phase``, ``2-phase``, ``3-phase``: the phases drawn from, by samples or its charger's word; or empty."""
    transaction_id: str = ""
    """The charge point's own, the last of the session, as are the next four fields."""
    transaction_began_at: datetime | None = None
    """When we heard of it; of one told late, as its charge point says. None: an earlier build began it."""
    transaction_ended_at: datetime | None = None
    """Likewise. None: it runs, or its end was never told."""
    meter_stop_wh: int | None = None
    stop_reason: str = ""
    """The charge point's word."""
    tag_key: str = ""
    """The card it was begun with, folded; of several transactions the first's."""
    vendor_session_id: str = ""
    note: str = ""
    confirmed: bool = True
    overstay_s: float = 0.0
    walk_up: bool = False
    reserved_until: datetime | None = None
    """What a reservation was made for; None: it was none."""
    sort_at: datetime | None = None
    """Equals ``assigned_at``; history is read newest first by it."""

    @property
    def name(self) -> str:
        """``location:charger:number``."""
        return session_name(self.location_id, self.charger_id, self.number)

    @property
    def idle_price(self) -> int:
        """Thousandths of a minor unit per minute of ``idle_s``."""
        return self.tariff.idle_price if self.tariff else 0

    @property
    def never_plugged(self) -> bool:
        """An offer that led to nothing: hidden from history unless asked for."""
        return self.end_reason in UNPLUGGED_ENDS

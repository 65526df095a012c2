"""The record of a session, from offer to unplug or stop: kept for ever."""

from dataclasses import dataclass
from datetime import datetime

from model.account import UserType
from model.charger import UNPLUGGED_ENDS, EndReason
from model.ids import session_name

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
    cost: int | None = None
    currency: str = ""
    price: int | None = None
    end_reason: EndReason | None = None
    session_type: str = ""
    transaction_id: str = ""
    vendor_session_id: str = ""
    note: str = ""
    confirmed: bool = True
    overstay_s: float = 0.0
    walk_up: bool = False
    sort_at: datetime | None = None
    """Equals ``assigned_at``; history is read newest first by it."""

    @property
    def name(self) -> str:
        """``location:charger:number``."""
        return session_name(self.location_id, self.charger_id, self.number)

    @property
    def never_plugged(self) -> bool:
        """An offer that led to nothing: hidden from history unless asked for."""
        return self.end_reason in UNPLUGGED_ENDS

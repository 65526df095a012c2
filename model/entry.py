"""A queue entry: one driver's turn at a location, with the score and the inputs it came from."""

from dataclasses import dataclass
from datetime import datetime

from model.account import UserType


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who a queue entry or a session is for, as the site needs to show and to hold for them."""

    user_id: str
    username: str
    type: UserType = UserType.USER
    initials: str = ""
    tag: str = ""
    """The made-up tag."""
    groups: tuple[str, ...] = ()
    """Folded ids of the groups they are in, which say what chargers are open to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An order key in minutes, lowest first, with the inputs it came from (``design`` §5)."""

    value: float
    joined_min: float
    """Absolute minutes at joining."""
    shift_min: float
    """What the fair share moved it by: clamp(600·(ratio - mean), -240, +600); 0 under FIFO."""
    boost_min: float = 0.0
    ratio: float = 0.0
    mean: float = 0.0
    got_kwh: float = 0.0
    debt_kwh: float = 0.0
    ask_kwh: float = 0.0
    penalty_min: float = 0.0
    """Added since by a no-show."""
    moved_min: float = 0.0
    """Added since by a manager's moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One driver's turn at a location: from joining (or walking up) to the end of the session it led to."""

    entry_id: int
    member: Member
    joined_at: datetime
    score: Score
    front_at: datetime | None = None
    """Ranks before all others, earliest first: the charger failed them, not they it."""
    snoozed_until: datetime | None = None
    snoozed_by_silence: bool = False
    need_wh: int = 0
    need_booked: bool = False
    """The site already counted the need (at a closing while this entry waited)."""
    let_go: bool = False
    """Let an offer go since joining."""
    via: str = "app"
    usual_charging_s: int = 0
    """The driver's own usual time of charging here, as known at joining; 0: not known yet."""
    usual_full_s: int = 0
    """The same of standing full."""
    moved_at: datetime | None = None
    """When a manager moved it last."""
    moved_why: str = ""

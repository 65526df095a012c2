"""A location's settings: every knob of the queue, with its unit in its name and its default."""

from dataclasses import dataclass, field
from enum import StrEnum

from model.money.tariff import Window
from model.threshold import Threshold


class Order(StrEnum):
    """How the queue is ordered."""

    SCORE = "score"
    FIFO = "fifo"


class Presence(StrEnum):
    """What joining asks for as proof of being there."""

    NONE = "none"
    QR = "qr"
    RADIUS = "radius"


class UnknownTags(StrEnum):
    """What a tag nobody owns may do."""

    REFUSE = "refuse"
    WALK_UP = "walk_up"


class Privacy(StrEnum):
    """How drivers see each other."""

    NAMES = "names"
    INITIALS = "initials"
    PLACES = "places"


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one location. Durations are real seconds; demo and tests use small ones."""

    order: Order = Order.SCORE
    """The rule that ranks the queue; ``fifo`` ignores the score."""
    locked_places: int = 3
    """The first places that keep their order whatever newcomer's score."""
    response_s: int = 600
    """Time to answer an offer."""
    plug_in_s: int = 900
    """Time to plug in, from accepting."""
    reserve_s: int = 900
    """The longest a driver may reserve a free charger for; 0: not at all."""
    reserve_past_queue: bool = False
    """Whether a free charger may be reserved although somebody waits who may be called."""
    grace_s: int = 900
    """Time to move the car after it is full."""
    snooze_per_day: int = 2
    """Snoozes a driver may ask for per local day; an automatic one does not count."""
    silence_snooze_s: int = 900
    """How long the first unanswered offer of a day snoozes."""
    queue_hours: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Weekday (``mon`` …) to opening spans, local time; empty: always open. A weekday left out is closed."""
    walk_up: bool = True
    """Whether a free charger may be used without queueing when nobody eligible waits."""
    presence: Presence = Presence.NONE
    """What joining asks for as proof of being there: nothing, the QR code, or a position."""
    presence_radius_m: int = 300
    """How near a position must be to the location, in metres."""
    ask_after_s: int = 7200
    """How long an unserved driver must have waited for the need to count."""
    unknown_tags: UnknownTags = UnknownTags.REFUSE
    """Whether a tag of nobody is refused or may start as a walk-up."""
    tap_to_join: bool = True
    """Whether a known tag held to a busy charger joins the queue."""
    privacy: Privacy = Privacy.INITIALS
    """How drivers see each other: names, initials, or places only."""
    reset_queue_daily: bool = True
    """Whether those waiting are removed at local midnight."""
    bridge_silence_s: int = 90
    """A bridge not heard for so long is silent: holds there outlive their deadline."""
    offline_flap_s: int = 90
    """A charge point that is back within this time was never offline."""
    unit_silence_s: int = 1800
    """Without a report for so long, a unit that reports levels is offline."""
    full_after_s: int = 180
    """A car that drew energy and takes none for so long is full."""
    offline_hold_s: int = 1800
    """The longest a hold outlives its deadline because its charge point cannot be heard."""
    price: int | None = None
    """Thousandths of a minor unit of currency per kWh, at chargers without a price of their own; none: not priced."""
    tariffs: tuple[Window, ...] = ()
    """Times of the week with another price, in local time: `{"days": ["mon"], "start": "17:00", "end": "20:00",
    "price": 45000}`. They apply where the location's price does. The price of each kWh is that of its time."""
    idle_price: int = 0
    """Thousandths of a minor unit per minute for staying after grace, only while somebody waits."""
    prepaid: bool = False
    """Whether charging is paid from the driver's balance: without any left nobody joins or starts, and a charge ends
    before it is used up."""
    overdraft: int = 0
    """How far below zero a balance may go here, in minor units."""
    samples_kept_days: int = 400
    """How long what was measured is kept, from when it came; 0: for ever."""
    alerts: dict[str, Threshold] = field(default_factory=dict)
    """Measured values the managers hear of, by measurand, in normalised units: `{"Temperature": {"above": 70},
    "Voltage": {"below": 207, "above": 253}, "Current.Imbalance": {"above": 20, "hysteresis": 2, "for_s": 60}}`. Once a
    crossing: when a value was past its limit for `for_s` (30); again after it was `hysteresis` (1) back within it."""
    groups: tuple[str, ...] = ()
    """Ids of the groups that may use the chargers without groups of their own; none: everybody."""
    stop_at_quota: bool = False
    """Whether a charge is stopped when its driver's quota of energy is used up; else only the next is refused."""
    escalate_after_s: int = 0
    """When an offer that was not seen goes out on the next channel too, a third of the time to answer at the latest;
    0: never. New locations: 200."""
    hold_reminder_s: int = 0
    """How long before a hold ends its driver is reminded, where the hold is longer; 0: not. New locations: 300."""
    tell_nearly_full: bool = False
    """Whether drivers are told that their car is nearly full. New locations: true."""
    tell_waiting: bool = False
    """Whether the driver of a full car is told after grace how many colleagues wait. New locations: true."""
    overstay_alert_s: int = 0
    """How long after grace the managers hear of a full car while somebody waits; 0: never. New locations: 1800."""
    alert_every_s: int = 0
    """How often managers hear of the same thing, by charger; what came meanwhile is summed up. 0: each time. New
    locations: 900."""


def settings_of_new() -> Settings:
    """What a new location begins with. A field that is not there in an older site's JSON stays as it was without."""
    return Settings(
        escalate_after_s=200,
        hold_reminder_s=300,
        tell_nearly_full=True,
        tell_waiting=True,
        overstay_alert_s=1800,
        alert_every_s=900,
    )

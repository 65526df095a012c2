"""A location's settings: every knob of the queue, with its unit in its name and its default."""

from dataclasses import dataclass, field
from enum import StrEnum


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

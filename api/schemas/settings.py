"""A location's settings as they travel: the one place that says which values each may have."""

import re
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from api.schemas.base import Body
from model.settings import Order, Presence, Privacy, Settings, UnknownTags

DAY_S = 86_400
WEEK_S = 7 * DAY_S
MOST_SPANS = 10
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[list[Annotated[str, StringConstraints(min_length=5, max_length=5)]], Field(min_length=2, max_length=2)]
Seconds = Annotated[int, Field(ge=0, le=DAY_S)]
SomeSeconds = Annotated[int, Field(ge=1, le=DAY_S)]


class SettingsModel(Body):
    """Settings of one location. Durations are seconds of real time."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    order: Order = Order.SCORE
    """The rule that ranks the queue."""
    locked_places: Annotated[int, Field(ge=0, le=50)] = 3
    """The first places that keep their order whatever a newcomer's score."""
    response_s: SomeSeconds = 600
    """Time to answer an offer."""
    plug_in_s: SomeSeconds = 900
    """Time to plug in, from accepting."""
    grace_s: Seconds = 900
    """Time to move the car after it is full."""
    snooze_per_day: Annotated[int, Field(ge=0, le=50)] = 2
    """Snoozes a driver may ask for per local day."""
    silence_snooze_s: SomeSeconds = 900
    """How long the first unanswered offer of a day snoozes."""
    queue_hours: dict[Weekday, Annotated[list[Span], Field(max_length=MOST_SPANS)]] = Field(default_factory=dict)
    """Weekday to opening spans in local time, such as `{"mon": [["07:00", "18:00"]]}`, in order and apart from each
    other; `24:00` ends a day. Empty: always open. A weekday left out is closed."""
    walk_up: bool = True
    """Whether a free charger may be used without queueing when nobody eligible waits."""
    presence: Presence = Presence.NONE
    """What joining asks for as proof of being there."""
    presence_radius_m: Annotated[int, Field(ge=10, le=100_000)] = 300
    """How near a position must be to the location, in metres."""
    ask_after_s: Seconds = 7200
    """How long an unserved driver must have waited for the need to count."""
    unknown_tags: UnknownTags = UnknownTags.REFUSE
    """Whether a tag of nobody is refused or may start as a walk-up."""
    tap_to_join: bool = True
    """Whether a known tag held to a busy charger joins the queue."""
    privacy: Privacy = Privacy.INITIALS
    """How drivers see each other."""
    reset_queue_daily: bool = True
    """Whether those waiting are removed at local midnight."""
    bridge_silence_s: SomeSeconds = 90
    """A bridge not heard for so long is silent."""
    offline_flap_s: Seconds = 90
    """A charge point that is back within this time was never offline."""
    unit_silence_s: Annotated[int, Field(ge=1, le=WEEK_S)] = 1800
    """Without a report for so long, a unit that reports levels is offline."""
    full_after_s: Seconds = 180
    """A car that drew energy and takes none for so long is full."""
    offline_hold_s: Seconds = 1800
    """The longest a hold outlives its deadline because its charge point cannot be heard."""

    @field_validator("queue_hours")
    @classmethod
    def _spans_in_order(cls, hours: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
        for day, spans in hours.items():
            times = [time for span in spans for time in span]
            if not all(_CLOCK.fullmatch(time) for time in times):
                raise ValueError(f"{day}: times are written HH:MM, from 00:00 to 24:00")
            # Equal neighbours are fine between two spans (07:00-12:00, 12:00-18:00), not within one.
            if times != sorted(times) or any(start == end for start, end in spans):
                raise ValueError(f"{day}: spans must be in order, apart from each other, and end after they start")
        return hours


def settings_from(body: SettingsModel, base: Settings | None = None) -> Settings:
    """The settings a body describes: the fields it gives on top of ``base``, or all of them."""
    given: dict[str, Any] = body.model_dump(exclude_unset=base is not None)
    if "queue_hours" in given:
        given["queue_hours"] = {
            day: tuple((start, end) for start, end in spans) for day, spans in given["queue_hours"].items()
        }
    return replace(base or Settings(), **given)


def settings_model(settings: Settings) -> SettingsModel:
    """Settings as they are shown."""
    fields = asdict(settings)
    fields["queue_hours"] = {day: [list(span) for span in spans] for day, spans in settings.queue_hours.items()}
    return SettingsModel.model_validate(fields)

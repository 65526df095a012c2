"""A location's settings as they travel: the one place that says which values each may have."""

import re
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from api.schemas.base import Body, named_keys
from api.schemas.group_ids import GroupIds
from model.money.tariff import Window
from model.settings import WEEKDAYS, Order, Presence, Privacy, Settings, UnknownTags
from model.threshold import Threshold

DAY_S = 86_400
WEEK_S = 7 * DAY_S
MOST_SPANS = 10
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)

MAX_PRICE = 1_000_000_000
"""Thousandths of a minor unit: ten thousand of the currency, more than any kWh costs."""
MAX_IDLE_PRICE = 1_000_000
"""Thousandths of a minor unit: ten of the currency a minute."""
MAX_AMOUNT = 100_000_000
"""Minor units: a million of the currency."""
MOST_WINDOWS = 50

MAX_LIMIT = 1_000_000_000
Limit = Annotated[float, Field(ge=-MAX_LIMIT, le=MAX_LIMIT, allow_inf_nan=False)]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[list[Annotated[str, StringConstraints(min_length=5, max_length=5)]], Field(min_length=2, max_length=2)]
Seconds = Annotated[int, Field(ge=0, le=DAY_S)]
SomeSeconds = Annotated[int, Field(ge=1, le=DAY_S)]


class WindowModel(Body):
    """A time of the week with a price of its own, in local time."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    """Weekdays."""
    start: Annotated[str, StringConstraints(min_length=5, max_length=5)]
    """`HH:MM`."""
    end: Annotated[str, StringConstraints(min_length=5, max_length=5)]
    """`HH:MM`, after `start`; `24:00` ends a day."""
    price: Annotated[int, Field(ge=0, le=MAX_PRICE)]
    """Thousandths of a minor unit of currency per kWh."""


def _apart(windows: list[WindowModel]) -> list[WindowModel]:
    """At any time one price holds."""
    if not all(_CLOCK.fullmatch(time) for window in windows for time in (window.start, window.end)):
        raise ValueError("times are written HH:MM, from 00:00 to 24:00")
    if any(window.start >= window.end or len(set(window.days)) < len(window.days) for window in windows):
        raise ValueError("a window ends after it starts, and names each day once")
    for day in WEEKDAYS:
        spans = sorted((window.start, window.end) for window in windows if day in window.days)
        if any(before[1] > after[0] for before, after in pairwise(spans)):
            raise ValueError(f"{day}: windows overlap")
    return windows


class ThresholdModel(Body):
    """When a measured value is a reason to tell the managers, in its normalised unit."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    above: Limit | None = None
    """The greatest value that is as it should be."""
    below: Limit | None = None
    """The least."""
    hysteresis: Annotated[float, Field(ge=0, le=MAX_LIMIT, allow_inf_nan=False)] = 1.0
    """How far back within its limit a value must be before it can cross it anew."""
    for_s: Annotated[int, Field(ge=0, le=DAY_S)] = 30
    """How long a value must stay past its limit."""

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.above is None and self.below is None:
            raise ValueError("give `above`, `below` or both")
        if self.above is not None and self.below is not None and self.below >= self.above:
            raise ValueError("`below` must be less than `above`")
        return self


Alerts = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")], ThresholdModel],
    Field(max_length=20, json_schema_extra=named_keys),
]
Tariffs = Annotated[list[WindowModel], Field(max_length=MOST_WINDOWS), AfterValidator(_apart)]
Price = Annotated[int, Field(ge=0, le=MAX_PRICE)]
IdlePrice = Annotated[int, Field(ge=0, le=MAX_IDLE_PRICE)]


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
    reserve_s: Seconds = 900
    """The longest a driver may reserve a free charger for; 0: not at all."""
    reserve_past_queue: bool = False
    """Whether a free charger may be reserved although somebody waits who may be called."""
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
    price: Price | None = None
    """Thousandths of a minor unit of currency per kWh, at chargers without a price of their own."""
    tariffs: Tariffs = Field(default_factory=list)
    """Times of the week with another price. They apply where the location's price does."""
    idle_price: IdlePrice = 0
    """Thousandths of a minor unit per minute for staying after grace, only while somebody waits."""
    prepaid: bool = False
    """Whether charging is paid from the driver's balance."""
    overdraft: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = 0
    """How far below zero a balance may go here, in minor units."""
    samples_kept_days: Annotated[int, Field(ge=0, le=36_500)] = 400
    """How long what was measured is kept, in days from when it came; 0: for ever."""
    alerts: Alerts = Field(default_factory=dict)
    """Measured values of which the managers hear, by measurand, such as `{"Temperature": {"above": 70}}`."""
    groups: GroupIds = Field(default_factory=list)
    """Groups that may use the chargers without groups of their own; none: everybody."""
    stop_at_quota: bool = False
    """Whether a charge is stopped when its driver's quota of energy is used up; else only the next is refused."""
    escalate_after_s: Seconds = 200
    """When an offer that was not seen goes out on the next channel too, a third of the time to answer at the latest;
    0: never."""
    hold_reminder_s: Seconds = 300
    """How long before a hold ends its driver is reminded, where the hold is longer; 0: not."""
    tell_nearly_full: bool = True
    """Whether drivers are told that their car is nearly full."""
    tell_waiting: bool = True
    """Whether the driver of a full car is told after grace how many colleagues wait."""
    overstay_alert_s: Seconds = 1800
    """How long after grace the managers hear of a full car while somebody waits; 0: never."""
    alert_every_s: Seconds = 900
    """How often managers hear of the same thing, by charger; what came meanwhile is summed up. 0: each time."""

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
    if "tariffs" in given:
        given["tariffs"] = windows_from(body.tariffs)
    if "alerts" in given:
        given["alerts"] = {measurand: Threshold(**one.model_dump()) for measurand, one in body.alerts.items()}
    if "groups" in given:
        given["groups"] = tuple(given["groups"])
    return replace(base or Settings(), **given)


def settings_model(settings: Settings) -> SettingsModel:
    """Settings as they are shown."""
    fields = asdict(settings)
    fields["queue_hours"] = {day: [list(span) for span in spans] for day, spans in settings.queue_hours.items()}
    fields["tariffs"] = windows_model(settings.tariffs)
    fields["groups"] = list(settings.groups)
    return SettingsModel.model_validate(fields)


def windows_from(body: list[WindowModel]) -> tuple[Window, ...]:
    """The windows a body describes."""
    return tuple(Window(days=tuple(one.days), start=one.start, end=one.end, price=one.price) for one in body)


def windows_model(windows: tuple[Window, ...]) -> list[WindowModel]:
    """Windows as they are shown."""
    return [
        WindowModel.model_validate({"days": list(one.days), "start": one.start, "end": one.end, "price": one.price})
        for one in windows
    ]

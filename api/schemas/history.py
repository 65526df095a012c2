"""The history of a charger's states as it travels."""

import datetime as dt

from pydantic import ConfigDict, Field

from api.paging import PageQuery
from api.schemas.base import Bound, Instant, Query, Reply
from api.schemas.decision import DecisionActor
from model.charger import ChargerState


class StatusHistoryQuery(PageQuery):
    """Which changes, and how many at once."""

    from_: Instant | None = Field(default=None, alias="from", description="ISO 8601 instant with zone.")
    until: Instant | None = Field(default=None, description="ISO 8601 instant with zone; what is at it is left out.")


class TimelineQuery(Query):
    """Which day."""

    date: dt.date | None = Field(default=None, description="`YYYY-MM-DD` in the location's zone; left out: today.")


class UptimeQuery(Query):
    """Which period."""

    from_: Bound | None = Field(
        default=None, alias="from", description="ISO 8601 instant with zone; left out: 30 days before `until`."
    )
    until: Bound | None = Field(
        default=None, description="ISO 8601 instant with zone, at most 400 days later; left out: now."
    )


class StatusChangeItem(Reply):
    """One change of the state a charger showed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: int
    """Counts the charger's changes from 1."""
    at: str
    """When, ISO 8601."""
    before: ChargerState | None
    """Null: the charger was added."""
    after: ChargerState
    cause: str
    """The kind of input, such as `status_reported`, `join`, `set_state`; `time` where nobody asked."""
    detail: str
    """The unit's word, the state asked for, and the like; may be empty."""
    end_reason: str
    """Of the session that ended with it; empty: none did."""
    session_id: int | None
    """The session that began, went on or ended with it."""
    decision: int
    """The version of the decision: see `location/{location_id}/decisions`."""
    actor: DecisionActor | None
    """Null to others than admins."""


class StatusHistoryReply(Reply):
    """A page of changes, newest first."""

    status_history: list[StatusChangeItem]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


class TimelineSegment(Reply):
    """One state and how long it was shown."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    state: ChargerState
    since: str
    until: str
    seconds: float
    known: bool
    """False: the charger was not there yet."""


class Timeline(Reply):
    """A local day, from midnight to midnight: 23, 24 or 25 hours; today up to now."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    date: str
    time_zone: str
    segments: list[TimelineSegment]
    """One behind the other without a gap; offline for less than the location's `offline_flap_s` does not count."""
    seconds: dict[str, float]
    """By state."""
    shares: dict[str, float]
    """By state, of the day so far."""


class TimelineReply(Reply):
    """A day of a charger."""

    timeline: Timeline


class Uptime(Reply):
    """How much of the time a charger was of use."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    share: float | None
    """0 to 1: of the time known, that in which it was not `offline`, `faulted` or `unknown`; null: nothing is known.

    Out of service by choice (`unavailable`) does not count against it, nor being offline for less than the location's
    `offline_flap_s`. Known is the time since the charger was added, up to now.
    """
    up_s: float
    known_s: float
    seconds: dict[str, float]
    """By state, so that any other definition can be worked out."""


class UptimeReply(Reply):
    """A charger's uptime."""

    uptime: Uptime

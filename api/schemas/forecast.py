"""Forecasts as they travel."""

from pydantic import ConfigDict, Field

from api.schemas.base import Reply
from services.sites.foreseeing import Stands


class ForecastRange(Reply):
    """A range that holds about four times out of five, in minutes from `foreseen_at` and as instants."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    low_min: int
    median_min: int | None
    """null: as likely as not, not before the queue closes for the day."""
    high_min: int | None
    """null: perhaps not before the queue closes for the day."""
    low_at: str
    median_at: str | None
    high_at: str | None


class FreeSoon(Reply):
    """A charger that comes free."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charger_id: str
    free_min: int
    """Minutes from `foreseen_at`, as likely more as less."""
    free_at: str


class Forecast(Reply):
    """What is foreseen for one driver."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    foreseen_at: str
    """The full minute; within it the answer is the same unless something happens."""
    stands: Stands
    """`not_here`: place and wait are those of somebody who joins now."""
    range: ForecastRange | None
    """Until a charger is offered; null for who has one, and where it will hardly be today."""
    today: float | None = Field(ge=0, le=1)
    """The chance that it is before the queue closes for the day."""
    full: ForecastRange | None
    """Until the own charging car is full."""
    place: int | None
    """From 1."""
    ahead: int | None
    """How many are before."""
    chargers: int | None
    """That work now and are open to the driver."""
    soon: list[FreeSoon]
    """Those that come free first."""
    reasons: str | None
    """Why the driver stands at this place, in one sentence."""
    because: str | None
    """What the wait comes from, in one sentence."""


class ForecastReply(Reply):
    """The forecast."""

    forecast: Forecast

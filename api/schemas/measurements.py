"""What was measured, as it travels."""

from pydantic import ConfigDict, Field

from api.schemas.base import Instant, Query, Reply

MOST_POINTS = 5_000
MOST_TEXT = 64


class MeasurementsQuery(Query):
    """Which samples of a session."""

    measurand: str = Field(
        default="", max_length=MOST_TEXT, description="Such as `Power.Active.Import`; left out: all."
    )
    phase: str | None = Field(
        default=None, max_length=MOST_TEXT, description="`L1` …; empty: all phases together; left out: every one."
    )
    from_: Instant | None = Field(default=None, alias="from", description="ISO 8601 instant with zone.")
    to: Instant | None = Field(default=None, description="ISO 8601 instant with zone; what is at it is left out.")
    points: int | None = Field(
        default=None, ge=1, le=MOST_POINTS, description="At most so many of each series; left out: every value."
    )


class MeasuredValue(Reply):
    """A value, or what those of a stretch of time amount to."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: str
    """When it was taken; of a stretch, when that begins. ISO 8601."""
    value: float
    """Of a stretch, the mean."""
    min: float
    max: float
    count: int
    """How many values: 1 where nothing was thinned."""


class MeasuredSeries(Reply):
    """One quantity over time, oldest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    measurand: str
    phase: str
    """Empty: all together."""
    location: str
    context: str
    unit: str
    """Wh, W, V, A, Percent, Celsius; whatever was said for a measurand nobody knows."""
    values: list[MeasuredValue]


class Measurements(Reply):
    """The series of a session."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    corrections: list[str]
    """What the values are corrected for: `kwh-as-wh` is a register in kWh that was labelled Wh."""
    series: list[MeasuredSeries]


class MeasurementsReply(Reply):
    """What was measured."""

    measurements: Measurements

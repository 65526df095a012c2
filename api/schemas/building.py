"""A building's meter: as a bridge tells it, and as an admin reads it."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.schemas.base import Body, Bound, Instant, Query, Reply
from api.schemas.measurements import MOST_POINTS, MOST_TEXT, MeasuredSeries
from model.building import BuildingReading, Spread
from model.ids import MAX_ID_CHARS
from wire.building import MOST_PHASES, MOST_READINGS

Milli = Annotated[int, Field(ge=-4_000_000_000, le=4_000_000_000)]


class SpreadBody(Body):
    """What the samples of one quantity came to, in thousandths of its unit."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    mean: Milli
    least: Milli
    greatest: Milli
    last: Milli
    """The newest sample's."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not (self.least <= self.mean <= self.greatest and self.least <= self.last <= self.greatest):
            raise ValueError("mean and last lie between least and greatest")
        return self


Phases = Annotated[list[SpreadBody], Field(max_length=MOST_PHASES, default_factory=list)]


class BuildingReadingBody(Body):
    """What was measured from one sample to another. Below 0 the building gives."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    since: Instant
    at: Instant
    """Of the last sample: by it a reading is known when it comes again."""
    samples: Annotated[int, Field(ge=1, le=1_000_000)]
    power_mw: SpreadBody
    """Of all phases, in mW."""
    phase_power_mw: Phases
    """L1 first; empty: not told by phase."""
    current_ma: Phases
    voltage_mv: Phases
    import_mwh: Annotated[int, Field(ge=0, le=10**15)] | None = None
    """The meter's own register of what the building took, in mWh."""
    estimated: bool = False
    """Power is reckoned from currents, and its direction is not known."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.at < self.since:
            raise ValueError("at is not before since")
        return self


class BuildingBody(Body):
    """What a bridge heard of one location's meter, in any order."""

    location_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)]
    readings: Annotated[list[BuildingReadingBody], Field(min_length=1, max_length=MOST_READINGS)]


class BuildingQuery(Query):
    """Which readings of a building: of the last day where no time is given."""

    measurand: str = Field(
        default="", max_length=MOST_TEXT, description="Such as `Power.Active.Import`; left out: all."
    )
    phase: str | None = Field(
        default=None, max_length=MOST_TEXT, description="`L1` …; empty: all phases together; left out: every one."
    )
    from_: Bound | None = Field(default=None, alias="from", description="ISO 8601 instant with zone.")
    to: Bound | None = Field(default=None, description="ISO 8601 instant with zone; what is at it is left out.")
    points: int | None = Field(
        default=None, ge=1, le=MOST_POINTS, description="At most so many of each series; left out: every reading."
    )


class BuildingPhase(Reply):
    """One phase, by the newest sample; null: not told."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    phase: str
    power_w: float | None
    current_a: float | None
    voltage_v: float | None


class Building(Reply):
    """What the building takes, by the newest sample that was told. Below 0 it gives."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: str
    """Of the newest sample, by the meter's clock."""
    age_s: float
    """Since then."""
    stale: bool
    """Too old to decide by: the meter is silent, or its bridge or the link is gone."""
    received_at: str
    """By our clock."""
    bridge_id: str
    power_w: float
    power_mean_w: float
    """Of all samples since `since`."""
    power_min_w: float
    power_max_w: float
    since: str
    samples: int
    phases: list[BuildingPhase]
    """Empty: nothing is told by phase."""
    import_wh: int | None
    """The meter's own register."""
    estimated: bool
    """Power is reckoned from currents, and its direction is not known."""


class BuildingReply(Reply):
    """What the building takes."""

    building: Building


class BuildingSeries(Reply):
    """What it took."""

    series: list[MeasuredSeries]


class BuildingSeriesReply(Reply):
    """What it took over time."""

    measurements: BuildingSeries


def readings_of(body: BuildingBody) -> list[BuildingReading]:
    """As our own."""
    return [
        BuildingReading(
            since=each.since,
            at=each.at,
            samples=each.samples,
            power_mw=_spread(each.power_mw),
            phase_power_mw=tuple(map(_spread, each.phase_power_mw)),
            current_ma=tuple(map(_spread, each.current_ma)),
            voltage_mv=tuple(map(_spread, each.voltage_mv)),
            import_mwh=each.import_mwh,
            estimated=each.estimated,
        )
        for each in body.readings
    ]


def _spread(body: SpreadBody) -> Spread:
    return Spread(mean=body.mean, least=body.least, greatest=body.greatest, last=body.last)

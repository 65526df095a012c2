"""What was measured, as a caller asks for it and sees it."""

from api.schemas.building import BuildingQuery
from api.schemas.measurements import (
    MeasuredSeries,
    MeasuredValue,
    Measurements,
    MeasurementsQuery,
    MeasurementsReply,
)
from model.instants import to_text
from model.meter.buckets import Point
from model.meter.samples import instant
from services.meter.reading import Line, Measured, Wanted


def wanted_of(query: MeasurementsQuery | BuildingQuery) -> Wanted:
    """Which samples it asks for."""
    return Wanted(
        measurand=query.measurand,
        phase=query.phase,
        since=query.from_,
        until=query.to,
        most_points=query.points,
    )


def measurements_reply(measured: Measured) -> MeasurementsReply:
    """The reply about a session's samples."""
    return MeasurementsReply(
        measurements=Measurements(
            corrections=list(measured.session.corrections),
            series=[series_of(line) for line in measured.lines],
        )
    )


def series_of(line: Line) -> MeasuredSeries:
    """A line and its values."""
    return MeasuredSeries(**line.series._asdict(), values=[_value(point) for point in line.points])


def _value(point: Point) -> MeasuredValue:
    return MeasuredValue(
        at=to_text(instant(point.at_ms)) or "",
        value=point.milli / 1000,
        min=point.least / 1000,
        max=point.greatest / 1000,
        count=point.values,
    )

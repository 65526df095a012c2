"""What was measured, as a caller sees it."""

from api.schemas.measurements import MeasuredSeries, MeasuredValue, Measurements, MeasurementsReply
from model.instants import to_text
from model.meter.buckets import Point
from model.meter.samples import instant
from services.meter.reading import Line, Measured


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

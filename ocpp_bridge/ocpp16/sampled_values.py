"""``meterValue`` lists as samples: every number as the charge point wrote it, the API normalises."""

from datetime import datetime
from typing import Any

from ocpp_bridge.ocpp16.instants import occurred
from wire.events import Sample

SAMPLES_MOST = 2_000
REGISTER = "Energy.Active.Import.Register"
"""What a value is of that does not say it."""


def samples(meter_values: object, received_at: datetime) -> tuple[Sample, ...]:
    """Samples in the order sent. What has no value is left out; a value that is a number becomes its text."""
    found: list[Sample] = []
    for reading in meter_values if isinstance(meter_values, list) else ():
        if not isinstance(reading, dict):
            continue
        at = occurred(reading.get("timestamp"), received_at)
        values = reading.get("sampledValue")
        for value in values if isinstance(values, list) else ():
            if isinstance(value, dict) and isinstance(value.get("value"), str | int | float):
                found.append(_sample(value, at))  # noqa: PERF401 -- measurably cheaper than a generator here
    return tuple(found[:SAMPLES_MOST])


def _sample(value: dict[str, Any], at: datetime) -> Sample:
    get = value.get
    return Sample(
        at=at,
        value=str(get("value")),
        measurand=_text(get("measurand")) or REGISTER,
        unit=_text(get("unit")),
        phase=_text(get("phase")),
        location=_text(get("location")),
        context=_text(get("context")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

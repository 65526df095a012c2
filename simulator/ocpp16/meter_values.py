"""MeterValues as OCPP 1.6 shapes them."""

from typing import Any

from simulator.ocpp16.point import Point
from simulator.unit.meter import readings
from simulator.unit.unit import timestamp

REGISTER = "Energy.Active.Import.Register"


def meter_value(point: Point, number: int, context: str, key: str = "MeterValuesSampledData") -> dict[str, Any] | None:
    """One ``meterValue`` with the measurands that ``key`` names; None where none of them can be read."""
    samples = []
    for measurand in point.configuration.names(key) or [REGISTER]:
        for reading in readings(point.unit, number, measurand):
            sample = {"value": reading.value, "context": context, "measurand": measurand, "unit": reading.unit}
            if reading.phase is not None:
                sample["phase"] = reading.phase
            if reading.location is not None:
                sample["location"] = reading.location
            samples.append(sample)
    return {"timestamp": timestamp(point.unit.now()), "sampledValue": samples} if samples else None


def request(point: Point, number: int, context: str, key: str = "MeterValuesSampledData") -> dict[str, Any] | None:
    """MeterValues.req without a transaction's id."""
    value = meter_value(point, number, context, key)
    return {"connectorId": number, "meterValue": [value]} if value is not None else None

"""J: what the meter of an EVSE shows, as OCPP 2.0.1 writes it."""

from typing import Any

from simulator.ocpp201.station import Station
from simulator.unit import energy
from simulator.unit.meter import Reading, readings

REGISTER = "Energy.Active.Import.Register"


def meter_value(station: Station, evse_id: int, measurands: str, context: str) -> dict[str, Any] | None:
    """A MeterValueType with the measurands that a variable (``SampledDataCtrlr.TxUpdatedMeasurands``) names; None
    where it names none that there is to read.
    """
    energy.advance(station.unit, evse_id)
    samples = [
        _sampled(reading, measurand, context)
        for measurand in station.variables.names(measurands)
        for reading in readings(station.unit, evse_id, measurand)
    ]
    return {"timestamp": station.now_text(), "sampledValue": samples} if samples else None


def _sampled(reading: Reading, measurand: str, context: str) -> dict[str, Any]:
    sample: dict[str, Any] = {
        "value": float(reading.value),
        "context": context,
        "measurand": measurand,
        "unitOfMeasure": {"unit": reading.unit},
    }
    if reading.phase is not None:
        sample["phase"] = reading.phase
    sample["location"] = reading.location or "Outlet"
    return sample


def register_value(energy_wh: int, at: str, context: str) -> dict[str, Any]:
    """A MeterValueType of the register as it once stood."""
    return {"timestamp": at, "sampledValue": [_sampled(Reading(str(energy_wh), "Wh"), REGISTER, context)]}

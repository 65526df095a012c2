"""What the meter of a connector shows, as the samples of MeterValues."""

from typing import Any

from simulator.chargepoint.status import power_w
from simulator.chargepoint.unit import Unit, now, timestamp

VOLTS = 230


def meter_value(unit: Unit, number: int, context: str) -> dict[str, Any]:
    """One ``meterValue`` with the measurands of MeterValuesSampledData (the register when that is empty)."""
    wanted = unit.configuration.names("MeterValuesSampledData") or ["Energy.Active.Import.Register"]
    samples = [
        {"context": context, "measurand": measurand, **sample}
        for measurand in wanted
        for sample in _samples(unit, number, measurand)
    ]
    return {"timestamp": timestamp(now()), "sampledValue": samples}


def _samples(unit: Unit, number: int, measurand: str) -> list[dict[str, str]]:
    connector = unit.connector(number)
    drawn_w = power_w(connector, unit.settings)
    phases = [f"L{phase + 1}" for phase in range(unit.settings.phases)]
    match measurand:
        case "Energy.Active.Import.Register":
            return [{"value": str(connector.energy_wh), "unit": "Wh"}]
        case "Power.Active.Import":
            return [{"value": str(drawn_w), "unit": "W"}]
        case "Current.Import":
            amps = drawn_w / len(phases) / VOLTS
            return [{"value": f"{amps:.1f}", "unit": "A", "phase": phase} for phase in phases]
        case "Voltage":
            return [{"value": str(VOLTS), "unit": "V", "phase": f"{phase}-N"} for phase in phases]
        case "SoC" if connector.car is not None:
            return [{"value": str(connector.car.state_of_charge_percent), "unit": "Percent", "location": "EV"}]
    return []

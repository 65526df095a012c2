"""What the meter of a connector shows, measurand by measurand."""

from typing import NamedTuple

from simulator.unit.unit import Unit

MEASURANDS = frozenset({
    "Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage", "SoC", "Current.Offered",
    "Power.Offered", "Temperature",
})  # fmt: skip

AMBIENT_CELSIUS = 20
# How much warmer the unit is at full power.
WARMING_CELSIUS = 25


class Reading(NamedTuple):
    """One value in OCPP's words; ``phase`` and ``location`` where they say something."""

    value: str
    unit: str
    phase: str | None = None
    location: str | None = None


def readings(unit: Unit, number: int, measurand: str) -> list[Reading]:
    """What there is to read of a measurand now: a value for each phase, one for all, or none."""
    connector, offer = unit.connector(number), unit.offer(number)
    phases = [f"L{phase + 1}" for phase in range(unit.settings.phases)]
    match measurand:
        case "Energy.Active.Import.Register":
            return [Reading(str(connector.energy_wh), "Wh")]
        case "Power.Active.Import":
            return [Reading(str(unit.power_w(number)), "W")]
        case "Power.Offered":
            return [Reading(str(offer.power_w), "W")]
        case "Current.Import":
            drawn_ma = connector.car.currents_ma(offer) if connector.car is not None else []
            drawn_ma += [0] * (len(phases) - len(drawn_ma))
            return [Reading(f"{one / 1000:.1f}", "A", phase) for one, phase in zip(drawn_ma, phases, strict=True)]
        case "Current.Offered":
            return [Reading(f"{offer.current_ma / 1000:.1f}", "A")]
        case "Voltage":
            return [Reading(str(offer.volts), "V", f"{phase}-N") for phase in phases]
        case "Temperature":
            celsius = AMBIENT_CELSIUS + WARMING_CELSIUS * unit.power_w(number) / unit.settings.max_power_w
            return [Reading(f"{celsius:.1f}", "Celsius", location="Body")]
        case "SoC" if connector.car is not None:
            return [Reading(str(connector.car.state_of_charge_percent), "Percent", location="EV")]
    return []

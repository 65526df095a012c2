"""The components that can be touched: the station, its EVSEs, their connectors."""

from typing import Literal

from simulator.ocpp201.device_model.definition import Variable

AVAILABILITY = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")


def _of(component: str, level: Literal["station", "evse", "connector"]) -> tuple[Variable, ...]:
    return (
        Variable(component=component, level=level, name="Available", kind="boolean", first="true", constant=True),
        Variable(
            component=component,
            level=level,
            name="AvailabilityState",
            kind="OptionList",
            values=AVAILABILITY,
            reads=lambda facts, evse_id: facts.availability(evse_id),
        ),
        Variable(
            component=component,
            level=level,
            name="Problem",
            kind="boolean",
            reads=lambda facts, evse_id: str(facts.problem(evse_id)).lower(),
        ),
        Variable(
            component=component,
            level=level,
            name="SupplyPhases",
            kind="integer",
            reads=lambda facts, _: str(facts.settings.phases),
        ),
    )


HARDWARE = (
    *_of("ChargingStation", "station"),
    Variable(component="ChargingStation", name="Model", most=20, reads=lambda facts, _: facts.settings.model),
    Variable(component="ChargingStation", name="VendorName", most=50, reads=lambda facts, _: facts.settings.vendor),
    Variable(
        component="ChargingStation", name="FirmwareVersion", most=50, reads=lambda facts, _: facts.settings.firmware
    ),
    Variable(
        component="ChargingStation", name="SerialNumber", most=25, reads=lambda facts, _: facts.settings.serial or ""
    ),
    *_of("EVSE", "evse"),
    Variable(component="EVSE", level="evse", name="AllowReset", kind="boolean", first="true"),
    Variable(
        component="EVSE",
        level="evse",
        name="Power",
        kind="decimal",
        unit="W",
        reads=lambda facts, evse_id: str(facts.power_w(evse_id)),
    ),
    *_of("Connector", "connector"),
    Variable(
        component="Connector",
        level="connector",
        name="ConnectorType",
        reads=lambda facts, evse_id: facts.connector_type(evse_id),
    ),
)

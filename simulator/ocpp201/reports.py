"""B: GetBaseReport and GetReport, told in parts as NotifyReport."""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp201 import wire
from simulator.ocpp201.device_model import Address, DeviceModel
from simulator.ocpp201.device_model.controllers import ITEMS_PER_MESSAGE
from simulator.ocpp201.station import Station

SUMMARY = frozenset({"AvailabilityState", "Problem", "Available"})


def get_base_report(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, then the report: all, what can be configured, or a summary of what is usable (B07)."""
    chosen = [one for one in station.variables.addresses() if _in_base_report(one, payload["reportBase"])]
    return _report(station, payload["requestId"], chosen)


def _in_base_report(address: Address, base: str) -> bool:
    variable = address.variable
    if base == "ConfigurationInventory":
        return variable.mutability != "ReadOnly"
    return base == "FullInventory" or (variable.name in SUMMARY and not variable.component.endswith("Ctrlr"))


def get_report(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, then the report of what fits both filters; EmptyResultSet where nothing does (B08)."""
    wanted, criteria = payload.get("componentVariable", []), payload.get("componentCriteria", [])
    if len(wanted) > ITEMS_PER_MESSAGE:
        raise Refused("OccurrenceConstraintViolation", f"componentVariable: at most {ITEMS_PER_MESSAGE} items")
    chosen: Iterable[Address] = station.variables.addresses()
    if wanted:
        chosen = [one for one in chosen if any(_matches(one, filter_) for filter_ in wanted)]
    if criteria:
        fits = _fits_criteria(station.variables, criteria)
        chosen = [one for one in chosen if fits(one)]
    return _report(station, payload["requestId"], list(chosen))


def _matches(address: Address, wanted: dict[str, Any]) -> bool:
    """What a filter leaves out (EVSE, connector, instance, variable) stands for all of them."""
    component, variable = wanted["component"], wanted.get("variable")
    own = address.component()
    if component["name"].casefold() != own["name"].casefold() or component.get("instance") is not None:
        return False
    for name, value in component.get("evse", {}).items():
        if name != "customData" and own.get("evse", {}).get(name) != value:
            return False
    if variable is None:
        return True
    if variable["name"].casefold() != address.variable.name.casefold():
        return False
    instance, own_instance = variable.get("instance"), address.variable.instance or ""
    return instance is None or instance.casefold() == own_instance.casefold()


def _fits_criteria(variables: DeviceModel, criteria: list[str]) -> Callable[[Address], bool]:
    """Any of them: Active, Available, Enabled are true or not there at all, Problem is true (B08.FR.07 to .10)."""
    told: dict[tuple[Any, ...], dict[str, str]] = {}
    for address in variables.addresses():
        if address.variable.name in {"Active", "Available", "Enabled", "Problem"}:
            told.setdefault(_place(address), {})[address.variable.name] = variables.value(address).lower()

    def fits(address: Address) -> bool:
        own = told.get(_place(address), {})
        return any(own.get(one, "false" if one == "Problem" else "true") == "true" for one in criteria)

    return fits


def _place(address: Address) -> tuple[Any, ...]:
    return address.variable.component, address.variable.level, address.evse_id


def _report(station: Station, request_id: int, chosen: list[Address]) -> Answer:
    if not chosen:
        return wire.status("EmptyResultSet")
    parts = parts_of(station, request_id, chosen)
    return wire.worded("Accepted"), lambda: station.say([("NotifyReport", part) for part in parts])


def parts_of(station: Station, request_id: int, chosen: list[Address]) -> list[dict[str, Any]]:
    """NotifyReport, in parts of ItemsPerMessage, counted from 0."""
    generated_at = station.now_text()
    starts = range(0, len(chosen), ITEMS_PER_MESSAGE)
    return [
        {
            "requestId": request_id,
            "generatedAt": generated_at,
            "seqNo": number,
            "tbc": number < len(starts) - 1,
            "reportData": [station.variables.report(one) for one in chosen[start : start + ITEMS_PER_MESSAGE]],
        }
        for number, start in enumerate(starts)
    ]

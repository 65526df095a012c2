"""B: GetVariables and SetVariables."""

from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp201.device_model import Address, DeviceModel
from simulator.ocpp201.device_model.controllers import ITEMS_PER_MESSAGE
from simulator.ocpp201.device_model.definition import items
from simulator.ocpp201.device_model.model import Unknown
from simulator.ocpp201.station import Station

PASSWORD = "SecurityCtrlr.BasicAuthPassword"  # noqa: S105 -- the name of a variable
PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"


def get_variables(station: Station, payload: dict[str, Any]) -> Answer:
    """Each by itself: Accepted, Rejected (write-only), UnknownComponent, UnknownVariable, NotSupportedAttributeType."""
    wanted = payload["getVariableData"]
    _bounded(wanted, "getVariableData")
    return {"getVariableResult": [_got(station.variables, one) for one in wanted]}, None


def _got(variables: DeviceModel, wanted: dict[str, Any]) -> dict[str, Any]:
    result = _result(wanted)
    try:
        address = _find(variables, wanted)
    except Unknown as unknown:
        return result | {"attributeStatus": str(unknown)}
    if address.variable.mutability == "WriteOnly":
        return result | {"attributeStatus": "Rejected", "attributeStatusInfo": {"reasonCode": "WriteOnly"}}
    return result | {"attributeStatus": "Accepted", "attributeValue": variables.value(address)}


def set_variables(station: Station, payload: dict[str, Any]) -> Answer:
    """Each by itself; what was accepted is saved and holds at once."""
    wanted = payload["setVariableData"]
    _bounded(wanted, "setVariableData")
    results, changed = [], []
    for one in wanted:
        result = _result(one)
        try:
            address = _find(station.variables, one)
        except Unknown as unknown:
            results.append(result | {"attributeStatus": str(unknown)})
            continue
        word, reason = set_one(station, address, one["attributeValue"])
        if word == "Accepted":
            changed.append(address)
        info = {"attributeStatusInfo": {"reasonCode": reason}} if reason is not None else {}
        results.append(result | {"attributeStatus": word} | info)
    station.commit()
    return {"setVariableResult": results}, consequence(station, changed)


def set_one(station: Station, address: Address, value: str) -> tuple[str, str | None]:
    """SetVariableStatus and the reason of a refusal; the caller saves."""
    if address.key == PRIORITY:
        known = {"1", *(str(slot) for slot in station.state.network_profiles)}
        if not items(value) or not set(items(value)) <= known:
            return "Rejected", "InvalidNetworkConf"
    return station.variables.set(address, value)


def consequence(station: Station, changed: list[Address]) -> Callable[[], object] | None:
    """What follows once the answer is out: another password is used by another connection (A01)."""
    return station.unit.firmware.reconnect if any(one.key == PASSWORD for one in changed) else None


def _find(variables: DeviceModel, wanted: dict[str, Any]) -> Address:
    address = variables.find(wanted["component"], wanted["variable"])
    if wanted.get("attributeType", "Actual") != "Actual":
        raise Unknown("NotSupportedAttributeType")
    return address


def _result(wanted: dict[str, Any]) -> dict[str, Any]:
    return {
        "attributeType": wanted.get("attributeType", "Actual"),
        "component": wanted["component"],
        "variable": wanted["variable"],
    }


def _bounded(wanted: list[Any], field: str) -> None:
    if len(wanted) > ITEMS_PER_MESSAGE:
        raise Refused("OccurrenceConstraintViolation", f"{field}: at most {ITEMS_PER_MESSAGE} items")


def shown(station: Station) -> list[dict[str, Any]]:
    """Every variable for a technician; what may only be written is shown empty."""
    return [_shown(station.variables, one) for one in station.variables.addresses()]


def _shown(variables: DeviceModel, address: Address) -> dict[str, Any]:
    variable = address.variable
    return {
        "key": address.key,
        "value": "" if variable.mutability == "WriteOnly" else variables.value(address),
        "readonly": variable.mutability == "ReadOnly",
        "type": variable.kind,
        "unit": variable.unit,
        "values": list(variable.values),
        "reboot_required": variable.restart,
    }


def set_by_key(station: Station, key: str, value: str) -> str:
    """By a technician at the unit: Accepted, Rejected, RebootRequired or NotSupported (no such key)."""
    address = station.variables.find_key(key)
    if address is None:
        return "NotSupported"
    word, _ = set_one(station, address, value)
    station.commit()
    then = consequence(station, [address] if word == "Accepted" else [])
    if then is not None:
        then()
    return word

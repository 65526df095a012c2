"""Routes: the firmware's settings, as a technician sees and sets them at the unit."""

from fastapi import APIRouter, Response

from simulator.charge_point import ChargePoint
from simulator.control import inputs, shapes
from simulator.control.bodies.charge_point import ConfigurationBody
from simulator.control.problem import Problem
from simulator.control.views import answer

routes = APIRouter(tags=["configuration"], prefix="/charge-points/{charge_point_id}/configuration")


@routes.get("", response_model=shapes.Configuration)
async def read_configuration(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """All of it, without secrets."""
    return answer({"configuration": fleet.get(charge_point_id).configuration()})


@routes.get("/{key}", response_model=shapes.OfConfiguration)
async def read_configuration_key(
    charge_point_id: inputs.ChargePointId, key: inputs.Key, fleet: inputs.TheFleet
) -> Response:
    """One setting."""
    return answer({"configuration": _one(fleet.get(charge_point_id), key)})


@routes.put("/{key}", response_model=shapes.ConfigurationSet)
async def set_configuration_key(
    charge_point_id: inputs.ChargePointId, key: inputs.Key, wanted: ConfigurationBody, fleet: inputs.TheFleet
) -> Response:
    """Set it; also what the central system may only read. 409 for a value that it does not take."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "configure") as operation:
        status = charge_point.set_configuration(key, wanted.value)
        if status == "NotSupported":
            raise _unknown(key)
        if status == "Rejected":
            raise Problem(409, "rejected", f"{key} does not take {wanted.value[:100]}")
    return answer({"status": status, "operation_id": operation.operation_id, "configuration": _one(charge_point, key)})


def _one(charge_point: ChargePoint, key: str) -> dict[str, object]:
    for setting in charge_point.configuration():
        if setting["key"].casefold() == key.casefold():
            return setting
    # What is write-only is set without being shown.
    raise _unknown(key)


def _unknown(key: str) -> Problem:
    return Problem(404, "not_found", f"there is no setting {key[:100]}")

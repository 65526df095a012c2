"""Routes: lines that lose, delay and damage what goes over them."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Response

from simulator.control import inputs, shapes
from simulator.control.problem import refused
from simulator.control.views import answer
from simulator.fleet import NotResident
from simulator.link.chaos import Chaos
from simulator.memory.port import NOBODY

_, _COMPONENTS = msgspec.json.schema_components([Chaos], ref_template="#/components/schemas/{name}")
SCHEMA = _COMPONENTS["Chaos"]
Wanted = Annotated[dict[str, Any], Body(json_schema_extra=SCHEMA)]

routes = APIRouter(tags=["chaos"])


@routes.get("/charge-points/{charge_point_id}/chaos", response_model=shapes.OfChaos)
async def read_chaos(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """How it is disturbed, and what was done so far; null: not at all."""
    fleet.get(charge_point_id)
    return answer({"chaos": fleet.disturbances.view(charge_point_id)})


@routes.put("/charge-points/{charge_point_id}/chaos", response_model=shapes.OfChaos)
async def set_chaos(charge_point_id: inputs.ChargePointId, wanted: Wanted, fleet: inputs.TheFleet) -> Response:
    """Disturb it from now on; the counts begin anew, and the same seed does the same."""
    if not fleet.resident:
        raise NotResident("a disturbed line needs a simulator that stays")
    charge_point = fleet.get(charge_point_id)
    chaos = _chaos(wanted)
    async with fleet.runner.service(charge_point_id, "chaos"):
        await fleet.disturbances.begin(charge_point, chaos)
    return answer({"chaos": fleet.disturbances.view(charge_point_id)})


@routes.delete("/charge-points/{charge_point_id}/chaos", status_code=204)
async def unset_chaos(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """A line as any other again."""
    fleet.get(charge_point_id)
    await fleet.disturbances.end(charge_point_id)
    return Response(status_code=204)


@routes.put("/chaos", response_model=shapes.Count)
async def set_chaos_of_many(wanted: Wanted, fleet: inputs.TheFleet, prefix: inputs.Prefix = "") -> Response:
    """Disturb many, each in its own way."""
    if not fleet.resident:
        raise NotResident("a disturbed line needs a simulator that stays")
    chaos = _chaos(wanted)
    found = fleet.all(prefix)
    async with fleet.runner.service(NOBODY, "chaos") as operation:
        for charge_point in found:
            await fleet.disturbances.begin(charge_point, chaos)
    return answer({"charge_points": len(found), "operation_id": operation.operation_id})


@routes.delete("/chaos", response_model=shapes.Count)
async def unset_chaos_of_many(fleet: inputs.TheFleet, prefix: inputs.Prefix = "") -> Response:
    """Lines as any other again."""
    found = fleet.all(prefix)
    async with fleet.runner.service(NOBODY, "no_chaos") as operation:
        for charge_point in found:
            await fleet.disturbances.end(charge_point.id)
    return answer({"charge_points": len(found), "operation_id": operation.operation_id})


def _chaos(wanted: dict[str, Any]) -> Chaos:
    try:
        return msgspec.convert(wanted, Chaos)
    except msgspec.ValidationError as error:
        raise refused(error) from error

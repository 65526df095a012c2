"""Routes: the simulator as a whole: its settings, its figures, the schemas it goes by."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Response

from simulator.control import inputs, shapes
from simulator.control.bodies.charge_point import SettingsBody
from simulator.control.directions import FROM_CHARGE_POINT, OF_BOTH
from simulator.control.problem import Problem
from simulator.control.views import answer
from simulator.link import schemas

routes = APIRouter(tags=["simulator"])


@routes.get("/settings", response_model=shapes.OfSettings)
async def read_settings(fleet: inputs.TheFleet) -> Response:
    """Of the simulator itself."""
    return answer({"settings": fleet.settings})


@routes.put("/settings", response_model=shapes.OfSettings)
async def change_settings(wanted: SettingsBody, fleet: inputs.TheFleet) -> Response:
    """From now on; `central` until the process is started with another one."""
    told: dict[str, Any] = wanted.model_dump(exclude_none=True)
    await fleet.set_settings(msgspec.structs.replace(fleet.settings, **told))
    return answer({"settings": fleet.settings})


@routes.get("/summary", response_model=shapes.Summary)
async def read_summary(fleet: inputs.TheFleet, prefix: inputs.Prefix = "") -> Response:
    """How many there are, how many are connected, and how long the central system takes."""
    found = fleet.all(prefix)
    figures = fleet.journal.figures(lambda charge_point_id: charge_point_id.startswith(prefix))
    return answer(
        {
            "charge_points": len(found),
            "connected": sum(one.connection.connected for one in found),
            "booted": sum(one.unit.ready for one in found),
            "charging": sum(any(state.transaction for _, state in one.unit.connectors()) for one in found),
            "messages_sent": figures.sent,
            "messages_received": figures.received,
            "errors": figures.errors,
            "latency_ms": {action: latency.figures() for action, latency in sorted(figures.latency.items())},
        }
    )


@routes.delete("/summary", status_code=204)
async def start_summary_anew(fleet: inputs.TheFleet, prefix: inputs.Prefix = "") -> Response:
    """Count messages and latencies from nought again."""
    fleet.journal.start_figures_anew(lambda charge_point_id: charge_point_id.startswith(prefix))
    return Response(status_code=204)


@routes.get("/schemas/{protocol}", response_model=shapes.Actions)
async def list_schemas(protocol: inputs.Protocol) -> Response:
    """The actions of a version of OCPP, by who may begin them."""
    known = _actions(protocol)
    said = FROM_CHARGE_POINT[protocol]
    actions = {"charge_point": sorted(said), "central_system": sorted((known - said) | OF_BOTH)}
    return answer({"protocol": protocol, "actions": actions})


@routes.get("/schemas/{protocol}/{action}")
async def read_schema(
    protocol: inputs.Protocol,
    action: inputs.Action,
    of_answer: Annotated[
        Literal["true", "false"], Query(alias="answer", description="Whether of the answer")
    ] = "false",
) -> Response:
    """The official JSON schema, as it is published."""
    if action not in _actions(protocol):
        raise Problem(404, "not_found", f"{protocol} has no action {action[:50]}")
    return Response(schemas.text(protocol, action, answer=of_answer == "true"), media_type="application/json")


def _actions(protocol: str) -> frozenset[str]:
    if protocol not in FROM_CHARGE_POINT:
        raise Problem(
            404, "not_found", f"there is no protocol {protocol[:50]}; there are {', '.join(FROM_CHARGE_POINT)}"
        )
    return schemas.actions(protocol)

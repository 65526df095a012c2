"""Routes: what requests of the central system are answered, where a person wants it otherwise."""

import msgspec
from fastapi import APIRouter, Response

from simulator.charge_point import ChargePoint
from simulator.control import inputs, shapes
from simulator.control.bodies.operation import AnswerBody
from simulator.control.problem import Problem
from simulator.control.views import answer
from simulator.operations.answers import AnswerRule

routes = APIRouter(tags=["answers"], prefix="/charge-points/{charge_point_id}/answers")


@routes.get("", response_model=shapes.Answers)
async def list_answers(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """Every answer that was set."""
    fleet.get(charge_point_id)
    return answer({"answers": fleet.journal.answers(charge_point_id)})


@routes.get("/{action}", response_model=shapes.OfAnswer)
async def read_answer(charge_point_id: inputs.ChargePointId, action: inputs.Action, fleet: inputs.TheFleet) -> Response:
    """One; null where nobody set it, or it was used up."""
    _known(fleet.get(charge_point_id), action)
    return answer({"answer": fleet.journal.answers(charge_point_id).get(action)})


@routes.put("/{action}", response_model=shapes.OfAnswer)
async def set_answer(
    charge_point_id: inputs.ChargePointId, action: inputs.Action, wanted: AnswerBody, fleet: inputs.TheFleet
) -> Response:
    """Answer so from now on."""
    _known(fleet.get(charge_point_id), action)
    rule = msgspec.convert(wanted.model_dump(), AnswerRule)
    fleet.journal.set_answer(charge_point_id, action, rule)
    return answer({"answer": rule})


@routes.delete("/{action}", status_code=204)
async def unset_answer(
    charge_point_id: inputs.ChargePointId, action: inputs.Action, fleet: inputs.TheFleet
) -> Response:
    """Answer as usual again."""
    _known(fleet.get(charge_point_id), action)
    fleet.journal.set_answer(charge_point_id, action, None)
    return Response(status_code=204)


def _known(charge_point: ChargePoint, action: str) -> None:
    if action not in charge_point.answers():
        raise Problem(404, "not_found", f"no central system asks for {action[:50]} in {charge_point.settings.protocol}")

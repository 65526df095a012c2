"""Routes: days that are played, with drivers who come, charge, overstay and stay away."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Path, Response

from simulator.control import inputs, shapes
from simulator.control.problem import Problem, refused
from simulator.control.views import answer
from simulator.days import UnknownDay
from simulator.fleet import NotResident
from simulator.people import DayOrder

_, _COMPONENTS = msgspec.json.schema_components([DayOrder], ref_template="#/components/schemas/{name}")
SCHEMA = _COMPONENTS["DayOrder"]
SCHEMA["properties"]["prefix"] = {"type": "string", "description": "Of the charge points; empty: all", "default": ""}
Wanted = Annotated[dict[str, Any], Body(json_schema_extra=SCHEMA)]
DayId = Annotated[str, Path(description="As the answer told it")]

routes = APIRouter(tags=["days"], prefix="/days")


@routes.post("", response_model=shapes.OfDay, status_code=201)
async def play_day(wanted: Wanted, fleet: inputs.TheFleet) -> Response:
    """Play a day; the same seed plans the same one."""
    if not fleet.resident:
        raise NotResident("a day needs a simulator that stays")
    prefix = wanted.pop("prefix", "")
    if not isinstance(prefix, str):
        raise Problem(422, "invalid", "the beginning of ids, as text", ["prefix"])
    try:
        order = msgspec.convert(wanted, DayOrder)
    except msgspec.ValidationError as error:
        raise refused(error) from error
    day = fleet.days.play(order, lambda: fleet.all(prefix))
    return answer({"day": day.view()}, 201)


@routes.get("", response_model=shapes.Days)
async def list_days(fleet: inputs.TheFleet) -> Response:
    """Every day since the process began."""
    return answer({"days": [one.view(drivers=False) for one in fleet.days.all()]})


@routes.get("/{day_id}", response_model=shapes.OfDay)
async def read_day(day_id: DayId, fleet: inputs.TheFleet) -> Response:
    """One, with its drivers."""
    try:
        return answer({"day": fleet.days.get(day_id).view()})
    except UnknownDay as unknown:
        raise Problem(404, "not_found", f"there is no {unknown}") from unknown


@routes.delete("/{day_id}", status_code=204)
async def stop_day(day_id: DayId, fleet: inputs.TheFleet) -> Response:
    """Everybody goes home."""
    try:
        await fleet.days.stop(day_id)
    except UnknownDay as unknown:
        raise Problem(404, "not_found", f"there is no {unknown}") from unknown
    return Response(status_code=204)

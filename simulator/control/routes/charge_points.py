"""Routes: charge points."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from simulator.charge_point import ChargePoint
from simulator.control import inputs, shapes
from simulator.control.bodies.base import NoBody
from simulator.control.bodies.charge_point import ChargePointBody, ManyBody, PrefixBody, RebootBody, RebootManyBody
from simulator.control.views import answer
from simulator.fleet import Fleet, NotResident
from simulator.memory.port import NOBODY

routes = APIRouter(tags=["charge points"])


@routes.get("/charge-points", response_model=shapes.ChargePoints)
async def list_charge_points(
    fleet: inputs.TheFleet,
    prefix: inputs.Prefix = "",
    page_size: inputs.PageSize = 1000,
    page_token: inputs.PageToken = None,
) -> Response:
    """All, by id."""
    after = inputs.read_page_token(page_token)[0] if page_token is not None else ""
    found = [one for one in fleet.all(prefix) if one.id > after]
    page = found[:page_size]
    return answer(
        {
            "charge_points": [one.view() for one in page],
            "next_page_token": inputs.page_token(page[-1].id, 0) if len(found) > len(page) else None,
        }
    )


@routes.post("/charge-points", response_model=shapes.BootedCount, status_code=201)
async def make_many_charge_points(wanted: ManyBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0) -> Response:
    """Make many alike and connect them, all at once. 409 when one is there already; then none is made."""
    _stays(fleet, "making many")
    settings = wanted.template.settings(fleet.settings.central, None)
    ids = [inputs.valid_id(one) for one in wanted.ids()]
    async with fleet.runner.service(NOBODY, "make_many") as operation:
        await fleet.add_many(ids, settings, connect=wanted.template.connect)
        booted = await _booted([fleet.get(one) for one in ids], wait_s) if wanted.template.connect else 0
    return answer({"charge_points": len(ids), "booted": booted, "operation_id": operation.operation_id}, 201)


@routes.delete("/charge-points", response_model=shapes.Count)
async def delete_many_charge_points(
    fleet: inputs.TheFleet,
    prefix: Annotated[str, Query(min_length=1, max_length=64, description="What their ids begin with")],
) -> Response:
    """Gone for ever, with their meters and what they had still to send."""
    _stays(fleet, "deleting many")
    async with fleet.runner.service(NOBODY, "delete_many") as operation:
        gone = fleet.all(prefix)
        await asyncio.gather(*(fleet.remove(one.id) for one in gone))
    return answer({"charge_points": len(gone), "operation_id": operation.operation_id})


@routes.post("/fleet/connect", response_model=shapes.BootedCount)
async def connect_many(wanted: PrefixBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0) -> Response:
    """The network comes back for all of them at once."""
    _stays(fleet, "connecting many")
    async with fleet.runner.service(NOBODY, "connect_many") as operation:
        found = fleet.all(wanted.prefix)
        await asyncio.gather(*(one.connect() for one in found))
        booted = await _booted(found, wait_s)
    return answer({"charge_points": len(found), "booted": booted, "operation_id": operation.operation_id})


@routes.post("/fleet/disconnect", response_model=shapes.Count)
async def disconnect_many(wanted: PrefixBody, fleet: inputs.TheFleet) -> Response:
    """The network goes away for all of them at once."""
    _stays(fleet, "disconnecting many")
    async with fleet.runner.service(NOBODY, "disconnect_many") as operation:
        found = fleet.all(wanted.prefix)
        await asyncio.gather(*(one.disconnect() for one in found))
    return answer({"charge_points": len(found), "operation_id": operation.operation_id})


@routes.post("/fleet/reboot", response_model=shapes.BootedCount)
async def reboot_many(wanted: RebootManyBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0) -> Response:
    """The power goes away and comes back for all of them at once; those that are disconnected stay so."""
    _stays(fleet, "rebooting many")
    async with fleet.runner.service(NOBODY, "reboot_many") as operation:
        found = fleet.all(wanted.prefix)
        await asyncio.gather(*(one.reboot(wanted.kind) for one in found))
        booted = await _booted(found, wait_s)
    return answer({"charge_points": len(found), "booted": booted, "operation_id": operation.operation_id})


@routes.get("/charge-points/{charge_point_id}", response_model=shapes.OfChargePoint)
async def read_charge_point(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """One, with its connectors and its connection."""
    return answer({"charge_point": fleet.get(charge_point_id).view()})


@routes.put(
    "/charge-points/{charge_point_id}",
    response_model=shapes.ChangedChargePoint,
    responses={201: {"model": shapes.ChangedChargePoint, "description": "It is new"}},
)
async def put_charge_point(
    charge_point_id: inputs.ChargePointId, wanted: ChargePointBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0
) -> Response:
    """Make it or change it, connect it, and wait until it is booted."""
    charge_point = fleet.find(charge_point_id)
    settings = wanted.settings(fleet.settings.central, charge_point.settings if charge_point is not None else None)
    if charge_point is not None:
        return await _changed(fleet, charge_point, settings, wait_s, connect=wanted.connect)
    # Its operation is its own first one, and goes with it should it not come about.
    charge_point = await fleet.add(charge_point_id, settings, connect=False)
    async with fleet.runner.service(charge_point_id, "make") as operation:
        if wanted.connect:
            await charge_point.connect()
        answered = wanted.connect and await charge_point.booted(wait_s)
    return _as_it_is(charge_point, operation.operation_id, status=201, answered=answered)


@routes.patch("/charge-points/{charge_point_id}", response_model=shapes.ChangedChargePoint)
async def change_charge_point(
    charge_point_id: inputs.ChargePointId, wanted: ChargePointBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0
) -> Response:
    """Change only what stands in the body."""
    charge_point = fleet.get(charge_point_id)
    settings = wanted.settings(fleet.settings.central, charge_point.settings, all_of_it=False)
    connect = wanted.connect if "connect" in wanted.model_fields_set else charge_point.unit.state.online
    return await _changed(fleet, charge_point, settings, wait_s, connect=connect)


async def _changed(fleet: Fleet, charge_point: ChargePoint, settings: Any, wait_s: float, *, connect: bool) -> Response:
    async with fleet.runner.service(charge_point.id, "change") as operation:
        await charge_point.update(settings, connect=connect)
        answered = connect and await charge_point.booted(wait_s)
    return _as_it_is(charge_point, operation.operation_id, answered=answered)


@routes.delete("/charge-points/{charge_point_id}", status_code=204)
async def delete_charge_point(charge_point_id: inputs.ChargePointId, fleet: inputs.TheFleet) -> Response:
    """Gone for ever, with its meter, its operations and what it had still to send."""
    await fleet.remove(charge_point_id)
    return Response(status_code=204)


@routes.post("/charge-points/{charge_point_id}/connect", response_model=shapes.ChangedChargePoint)
async def connect(
    charge_point_id: inputs.ChargePointId, _: NoBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0
) -> Response:
    """Put the network cable back, and wait until it is booted."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "connect") as operation:
        await charge_point.connect()
        answered = await charge_point.booted(wait_s)
    return _as_it_is(charge_point, operation.operation_id, answered=answered)


@routes.post("/charge-points/{charge_point_id}/disconnect", response_model=shapes.ChangedChargePoint)
async def disconnect(charge_point_id: inputs.ChargePointId, _: NoBody, fleet: inputs.TheFleet) -> Response:
    """Pull the network cable."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "disconnect") as operation:
        await charge_point.disconnect()
    return _as_it_is(charge_point, operation.operation_id, answered=False)


@routes.post("/charge-points/{charge_point_id}/reboot", response_model=shapes.ChangedChargePoint)
async def reboot(
    charge_point_id: inputs.ChargePointId, wanted: RebootBody, fleet: inputs.TheFleet, wait_s: inputs.WaitS = 5.0
) -> Response:
    """Lose power or restart in good order, and wait until it is booted."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "reboot") as operation:
        await charge_point.reboot(wanted.kind)
        answered = await charge_point.booted(wait_s)
    return _as_it_is(charge_point, operation.operation_id, answered=answered)


def _as_it_is(charge_point: ChargePoint, operation_id: str, *, answered: bool, status: int = 200) -> Response:
    return answer({"answered": answered, "operation_id": operation_id, "charge_point": charge_point.view()}, status)


def _stays(fleet: Fleet, what: str) -> None:
    """Raises ``NotResident`` in a function, which has one charge point at a time."""
    if not fleet.resident:
        raise NotResident(f"{what} at once needs a simulator that stays; a function has one charge point a call")


async def _booted(charge_points: list[ChargePoint], wait_s: float) -> int:
    return sum(await asyncio.gather(*(one.booted(wait_s) for one in charge_points)))

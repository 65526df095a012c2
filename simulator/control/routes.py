"""The routes: charge points, their connectors, their messages."""

from typing import Any

import msgspec
from aiohttp import web

from simulator.chargepoint import ChargePoint
from simulator.control import bodies
from simulator.control.problems import Problem, problems
from simulator.fleet import Fleet

LARGEST_BODY = 64 * 1024
FLEET = web.AppKey("fleet", Fleet)

routes = web.RouteTableDef()


def application(fleet: Fleet) -> web.Application:
    """The HTTP API over a fleet."""
    app = web.Application(middlewares=[problems], client_max_size=LARGEST_BODY)
    app[FLEET] = fleet
    app.add_routes(routes)
    return app


def _json(content: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(content), content_type="application/json")


def _charge_point(request: web.Request) -> ChargePoint:
    return request.app[FLEET].get(bodies.charge_point_id(request))


def _at_connector(request: web.Request) -> tuple[ChargePoint, int, float]:
    """Whose connector, which one, and for how many seconds to wait for the central system."""
    return _charge_point(request), bodies.connector_number(request), bodies.wait_s(request)


@routes.get("/charge-points")
async def list_charge_points(request: web.Request) -> web.Response:
    """All, by id."""
    return _json({"charge_points": [one.view() for one in request.app[FLEET].all()]})


@routes.get("/charge-points/{id}")
async def read_charge_point(request: web.Request) -> web.Response:
    """One, with its connectors and its connection."""
    return _json({"charge_point": _charge_point(request).view()})


@routes.put("/charge-points/{id}")
async def put_charge_point(request: web.Request) -> web.Response:
    """Make it or change it, connect it, and wait until it is booted."""
    fleet = request.app[FLEET]
    charge_point_id = bodies.charge_point_id(request)
    wait_s = bodies.wait_s(request)
    wanted = await bodies.body(request, bodies.ChargePointBody)
    charge_point = fleet.find(charge_point_id)
    settings = wanted.settings(fleet.central, charge_point.settings if charge_point is not None else None)
    created = charge_point is None
    if charge_point is None:
        charge_point = await fleet.add(charge_point_id, settings)
    else:
        await charge_point.update(settings)
    answered = await charge_point.booted(wait_s)
    return _json({"charge_point": charge_point.view(), "answered": answered}, 201 if created else 200)


@routes.delete("/charge-points/{id}")
async def delete_charge_point(request: web.Request) -> web.Response:
    """Gone for ever, with its meter and what it had still to send."""
    await request.app[FLEET].remove(bodies.charge_point_id(request))
    return web.Response(status=204)


@routes.post("/charge-points/{id}/connect")
async def connect(request: web.Request) -> web.Response:
    """Put the network cable back, and wait until it is booted."""
    charge_point, wait_s = _charge_point(request), bodies.wait_s(request)
    await bodies.body(request, bodies.NoBody)
    await charge_point.connect()
    return _json({"answered": await charge_point.booted(wait_s), "charge_point": charge_point.view()})


@routes.post("/charge-points/{id}/disconnect")
async def disconnect(request: web.Request) -> web.Response:
    """Pull the network cable."""
    charge_point = _charge_point(request)
    await bodies.body(request, bodies.NoBody)
    await charge_point.disconnect()
    return _json({"answered": False, "charge_point": charge_point.view()})


@routes.post("/charge-points/{id}/reboot")
async def reboot(request: web.Request) -> web.Response:
    """Lose power or restart in good order, and wait until it is booted."""
    charge_point, wait_s = _charge_point(request), bodies.wait_s(request)
    wanted = await bodies.body(request, bodies.RebootBody)
    await charge_point.reboot(wanted.kind)
    return _json({"answered": await charge_point.booted(wait_s), "charge_point": charge_point.view()})


@routes.get("/charge-points/{id}/messages")
async def read_messages(request: web.Request) -> web.Response:
    """The last frames of both directions, oldest first."""
    return _json({"messages": _charge_point(request).messages(bodies.limit(request))})


@routes.get("/charge-points/{id}/connectors/{n}")
async def read_connector(request: web.Request) -> web.Response:
    """One connector."""
    return _json({"connector": _charge_point(request).connector(bodies.connector_number(request))})


@routes.post("/charge-points/{id}/connectors/{n}/plug")
async def plug(request: web.Request) -> web.Response:
    """A car is plugged in."""
    charge_point, number, wait_s = _at_connector(request)
    wanted = await bodies.body(request, bodies.PlugBody)
    charge_point.plug(number, wanted.car.car())
    return await _connector(charge_point, number, wait_s)


@routes.post("/charge-points/{id}/connectors/{n}/unplug")
async def unplug(request: web.Request) -> web.Response:
    """The cable is pulled on the car's side."""
    charge_point, number, wait_s = _at_connector(request)
    await bodies.body(request, bodies.NoBody)
    charge_point.unplug(number)
    return await _connector(charge_point, number, wait_s)


@routes.post("/charge-points/{id}/connectors/{n}/tap")
async def tap(request: web.Request) -> web.Response:
    """``outcome`` is what the display says; null while the central system is still asked."""
    charge_point, number, wait_s = _at_connector(request)
    wanted = await bodies.body(request, bodies.TapBody)
    outcome = await charge_point.tap(number, wanted.tag, wait_s)
    return await _connector(charge_point, number, wait_s, outcome=outcome)


@routes.post("/charge-points/{id}/connectors/{n}/fault")
async def fault(request: web.Request) -> web.Response:
    """The connector breaks, or is mended."""
    charge_point, number, wait_s = _at_connector(request)
    wanted = await bodies.body(request, bodies.FaultBody)
    try:
        charge_point.fault(number, wanted.error_code)
    except ValueError as error:
        raise Problem(422, "invalid", str(error)) from error
    return await _connector(charge_point, number, wait_s)


async def _connector(charge_point: ChargePoint, number: int, wait_s: float, **more: str | None) -> web.Response:
    answered = await charge_point.settled(wait_s)
    return _json({"answered": answered, **more, "connector": charge_point.connector(number)})

"""Routes: connectors, and what people do at them."""

from typing import Any

from fastapi import APIRouter, Response

from simulator.charge_point import ChargePoint
from simulator.control import inputs, shapes
from simulator.control.bodies.base import NoBody
from simulator.control.bodies.person import FaultBody, PlugBody, PressBody, TapBody
from simulator.control.problem import Problem
from simulator.control.views import answer
from simulator.unit.person import ERROR_CODES, NotPossible

# An idTag of OCPP 1.6; an idToken of 2.0.1 may be as long as the body allows.
LONGEST_TAG_16 = 20

routes = APIRouter(tags=["connectors"], prefix="/charge-points/{charge_point_id}/connectors/{number}")


@routes.get("", response_model=shapes.OfConnector)
async def read_connector(
    charge_point_id: inputs.ChargePointId, number: inputs.Connector, fleet: inputs.TheFleet
) -> Response:
    """One connector."""
    return answer({"connector": fleet.get(charge_point_id).connector(number)})


@routes.post("/plug", response_model=shapes.ChangedConnector)
async def plug(
    charge_point_id: inputs.ChargePointId,
    number: inputs.Connector,
    wanted: PlugBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.WaitS = 5.0,
) -> Response:
    """A car is plugged in."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "plug") as operation:
        charge_point.plug(number, wanted.car.car())
        answered = await charge_point.settled(wait_s)
    return _as_it_is(charge_point, number, answered=answered, operation_id=operation.operation_id)


@routes.post("/unplug", response_model=shapes.ChangedConnector)
async def unplug(
    charge_point_id: inputs.ChargePointId,
    number: inputs.Connector,
    _: NoBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.WaitS = 5.0,
) -> Response:
    """The cable is pulled on the car's side."""
    charge_point = fleet.get(charge_point_id)
    async with fleet.runner.service(charge_point_id, "unplug") as operation:
        charge_point.unplug(number)
        answered = await charge_point.settled(wait_s)
    return _as_it_is(charge_point, number, answered=answered, operation_id=operation.operation_id)


@routes.post("/tap", response_model=shapes.TappedConnector)
async def tap(
    charge_point_id: inputs.ChargePointId,
    number: inputs.Connector,
    wanted: TapBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.WaitS = 5.0,
) -> Response:
    """``outcome`` is what the display says; null while the central system is still asked."""
    charge_point = fleet.get(charge_point_id)
    check_tag(charge_point, wanted.tag)
    async with fleet.runner.service(charge_point_id, "tap") as operation:
        outcome = await charge_point.tap(number, wanted.tag, wait_s)
        answered = await charge_point.settled(wait_s)
    return _as_it_is(charge_point, number, answered=answered, operation_id=operation.operation_id, outcome=outcome)


@routes.post("/fault", response_model=shapes.ChangedConnector)
async def fault(
    charge_point_id: inputs.ChargePointId,
    number: inputs.Connector,
    wanted: FaultBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.WaitS = 5.0,
) -> Response:
    """The connector breaks, or is mended."""
    charge_point = fleet.get(charge_point_id)
    if wanted.error_code is not None and wanted.error_code not in ERROR_CODES:
        raise Problem(422, "invalid", f"no error code of OCPP 1.6: {wanted.error_code[:50]}", ["error_code"])
    async with fleet.runner.service(charge_point_id, "fault") as operation:
        charge_point.fault(number, wanted.error_code)
        answered = await charge_point.settled(wait_s)
    return _as_it_is(charge_point, number, answered=answered, operation_id=operation.operation_id)


@routes.post("/press", response_model=shapes.TappedConnector)
async def press(
    charge_point_id: inputs.ChargePointId,
    number: inputs.Connector,
    _: PressBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.WaitS = 5.0,
) -> Response:
    """The stop button: ends the charge as its own card does."""
    charge_point = fleet.get(charge_point_id)
    transaction = charge_point.unit.connector(number).transaction
    if transaction is None or transaction.id_tag is None:
        raise NotPossible(f"no charge of a known card runs at connector {number}")
    async with fleet.runner.service(charge_point_id, "press") as operation:
        outcome = await charge_point.tap(number, transaction.id_tag, wait_s)
        answered = await charge_point.settled(wait_s)
    return _as_it_is(charge_point, number, answered=answered, operation_id=operation.operation_id, outcome=outcome)


def check_tag(charge_point: ChargePoint, tag: str) -> None:
    """Raises :class:`Problem` for a tag that its version of OCPP cannot tell."""
    if charge_point.settings.protocol == "ocpp1.6" and len(tag) > LONGEST_TAG_16:
        raise Problem(422, "invalid", f"OCPP 1.6 knows at most {LONGEST_TAG_16} characters", ["tag"])


def _as_it_is(charge_point: ChargePoint, number: int, **more: Any) -> Response:
    return answer({**more, "connector": charge_point.connector(number)})

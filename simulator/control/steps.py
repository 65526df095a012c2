"""From a step as it was asked for to what is done; and whether it can be done at all."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from simulator.charge_point import ChargePoint
from simulator.control.bodies.operation import AnyStep, DoStep, FlowBody, FlowStep, SendBody
from simulator.control.directions import FROM_CHARGE_POINT
from simulator.control.problem import Problem
from simulator.fleet import Fleet
from simulator.flows import FLOWS
from simulator.flows.flow import Parameters
from simulator.flows.playing import play
from simulator.link import schemas
from simulator.operations.chain import Link
from simulator.operations.operation import Operation
from simulator.operations.runner import Failed, Work
from simulator.unit.person import ERROR_CODES

# A path into the body.
Place = Sequence[int | str]

# What the display says where a card did something.
WELCOME = frozenset({"started", "awaiting_plug", "stopped", "cancelled"})
# How long a step waits for the central system to answer what it was told.
SETTLE_S = 30.0


def check(charge_point: ChargePoint, step: AnyStep, place: Place) -> None:
    """Raises :class:`Problem` 422, before anything was done, for a step that is none."""
    if isinstance(step, SendBody):
        check_send(charge_point, step, place)
    elif isinstance(step, FlowStep):
        if step.flow not in FLOWS:
            raise Problem(422, "invalid", f"there is no flow {step.flow[:50]}", [*place, "flow"])
        check_flow(charge_point, step.flow, step, place)
    else:
        charge_point.unit.connector(step.connector)
        if step.error_code is not None and step.error_code not in ERROR_CODES:
            detail = f"no error code of OCPP 1.6: {step.error_code[:50]}"
            raise Problem(422, "invalid", detail, [*place, "error_code"])


def check_send(charge_point: ChargePoint, wanted: SendBody, place: Place = ()) -> None:
    """Raises :class:`Problem` 422 for an action that is not the charge point's to send, or a payload that the schema
    does not allow; with ``valid`` false anything goes.
    """
    if not wanted.valid:
        if wanted.payload is None:
            raise Problem(422, "invalid", "what is not valid must be told", [*place, "payload"])
        return
    known = FROM_CHARGE_POINT[charge_point.settings.protocol]
    if wanted.action not in known:
        detail = f"a charge point does not send {wanted.action}; it sends {', '.join(sorted(known))}"
        raise Problem(422, "invalid", detail, [*place, "action"])
    if wanted.payload is None and wanted.action not in charge_point.actions():
        # It can still be made to say so.
        detail = f"this unit says no {wanted.action} of its own accord: give a payload"
        raise Problem(422, "invalid", detail, [*place, "payload"])
    if wanted.payload is not None:
        found = schemas.problem(charge_point.settings.protocol, wanted.action, wanted.payload)
        if found is not None:
            raise Problem(422, "invalid", found.text, [*place, "payload"])


def check_flow(charge_point: ChargePoint, name: str, wanted: FlowBody, place: Place = ()) -> None:
    """Raises :class:`Problem` 422 for parameters that the flow does not take."""
    flow = FLOWS[name]
    if charge_point.settings.protocol not in flow.protocols:
        raise Problem(409, "conflict", f"{name} is not for {charge_point.settings.protocol}")
    parameters = _parameters(name, wanted, place)
    charge_point.unit.connector(getattr(parameters, "connector", 1))


def _parameters(name: str, wanted: FlowBody, place: Place = ()) -> Parameters:
    try:
        return FLOWS[name].parameters.model_validate(wanted.parameters)
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(422, "invalid", first["msg"], [*place, "parameters", *first["loc"]]) from error


def link(fleet: Fleet, charge_point: ChargePoint, step: AnyStep) -> Link:
    """A step's name and what is done."""
    if isinstance(step, FlowStep):
        return step.name, playing(fleet, charge_point, step.flow, step)
    if isinstance(step, DoStep):
        return step.name, _doing(charge_point, step)

    async def sending(_: Operation) -> Any:
        return await charge_point.send(step.action, step.payload, valid=step.valid)

    return step.name, sending


def playing(fleet: Fleet, charge_point: ChargePoint, name: str, wanted: FlowBody) -> Work:
    """A flow."""
    parameters = _parameters(name, wanted)

    async def playing(operation: Operation) -> Any:
        return await play(FLOWS[name], parameters, charge_point, operation, fleet.journal)

    return playing


def _doing(charge_point: ChargePoint, step: DoStep) -> Work:
    async def doing(_: Operation) -> Any:
        result = await _do(charge_point, step)
        if charge_point.unit.ready:
            await charge_point.settled(SETTLE_S)
        return result

    return doing


async def _do(charge_point: ChargePoint, step: DoStep) -> Any:
    match step.do:
        case "plug":
            charge_point.plug(step.connector, step.car.car())
        case "unplug":
            charge_point.unplug(step.connector)
        case "tap":
            outcome = await charge_point.tap(step.connector, step.tag or "", SETTLE_S)
            if outcome not in WELCOME:
                raise Failed(f"the display says {outcome}" if outcome is not None else "the card was not judged")
            return outcome
        case "fault":
            charge_point.fault(step.connector, step.error_code)
        case "wait":
            await asyncio.sleep(step.seconds)
        case "disconnect":
            await charge_point.disconnect()
        case "connect":
            await charge_point.connect()
            await _booted(charge_point)
        case "reboot":
            await charge_point.reboot(step.kind)
            await _booted(charge_point)
    return None


async def _booted(charge_point: ChargePoint) -> None:
    if not await charge_point.booted(SETTLE_S):
        raise Failed(f"not connected and booted within {SETTLE_S:g} s: {charge_point.connection.last_error}")

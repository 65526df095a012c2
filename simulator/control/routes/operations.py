"""Routes: operations of every kind, and flows."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from simulator.control import inputs, shapes, steps
from simulator.control.bodies.operation import ChainBody, FlowBody, SendBody
from simulator.control.problem import Problem
from simulator.control.views import answer, message_view, operation_answer, operation_view
from simulator.fleet import Fleet
from simulator.flows import FLOWS
from simulator.memory.port import NOBODY
from simulator.operations import chain
from simulator.operations.operation import Kind, Operation, Status, UnknownOperation

ENDS: dict[int | str, dict[str, Any]] = {
    202: {"model": shapes.OfOperation, "description": "It still runs; ask for it by its id"}
}

routes = APIRouter(tags=["operations"])


@routes.post("/charge-points/{charge_point_id}/operations", response_model=shapes.OfOperation, responses=ENDS)
async def send(
    charge_point_id: inputs.ChargePointId, wanted: SendBody, fleet: inputs.TheFleet, wait_s: inputs.EndS = 30.0
) -> Response:
    """Standalone: send one message, and wait for its answer."""
    charge_point = fleet.get(charge_point_id)
    steps.check_send(charge_point, wanted)
    work = steps.link(fleet, charge_point, wanted)[1]
    return operation_answer(await fleet.runner.run(charge_point_id, "standalone", wanted.action, work, wait_s))


@routes.post("/charge-points/{charge_point_id}/operations/chain", response_model=shapes.OfOperation, responses=ENDS)
async def send_chain(
    charge_point_id: inputs.ChargePointId, wanted: ChainBody, fleet: inputs.TheFleet, wait_s: inputs.EndS = 30.0
) -> Response:
    """Chained: messages, flows and what people do, in the given order."""
    charge_point = fleet.get(charge_point_id)
    for place, step in enumerate(wanted.operations):
        steps.check(charge_point, step, ["operations", place])
    links = [steps.link(fleet, charge_point, step) for step in wanted.operations]

    async def work(operation: Operation) -> None:
        await chain.walk(operation, links, stop_on_failure=wanted.stop_on_failure)

    return operation_answer(await fleet.runner.run(charge_point_id, "chain", "chain", work, wait_s))


@routes.get("/flows", response_model=shapes.Flows)
async def list_flows() -> Response:
    """Every predefined flow, with the JSON schema of its parameters."""
    return answer({"flows": [flow.view for flow in FLOWS.values()]})


@routes.post("/charge-points/{charge_point_id}/flows/{name}", response_model=shapes.OfOperation, responses=ENDS)
async def play_flow(
    charge_point_id: inputs.ChargePointId,
    name: inputs.FlowName,
    wanted: FlowBody,
    fleet: inputs.TheFleet,
    wait_s: inputs.EndS = 30.0,
) -> Response:
    """Predefined: play a flow."""
    charge_point = fleet.get(charge_point_id)
    if name not in FLOWS:
        raise Problem(404, "not_found", f"there is no flow {name[:50]}")
    steps.check_flow(charge_point, name, wanted)
    work = steps.playing(fleet, charge_point, name, wanted)
    return operation_answer(await fleet.runner.run(charge_point_id, "flow", name, work, wait_s))


@routes.get("/operations", response_model=shapes.Operations)
async def list_operations(
    fleet: inputs.TheFleet,
    charge_point_id: Annotated[str | None, Query(description="Only of this charge point")] = None,
    status: Annotated[Literal["running", "done", "failed"] | None, Query(description="Only those")] = None,
    kind: Annotated[
        Literal["service", "standalone", "chain", "flow", "answer"] | None, Query(description="Only those")
    ] = None,
    page_size: Annotated[int, Query(ge=1, le=1000, description="At most so many")] = 50,
    page_token: inputs.PageToken = None,
) -> Response:
    """By charge point, of each the newest first; those of many charge points at once come before all others."""
    place = inputs.read_page_token(page_token) if page_token is not None else ("", 0)
    if charge_point_id is not None:
        ids = [fleet.get(charge_point_id).id]
    else:
        ids = [one for one in [NOBODY, *(one.id for one in fleet.all())] if one >= place[0]]
    found: list[Operation] = []
    for one in ids:
        before = place[1] if page_token is not None and one == place[0] else None
        found += _matching(fleet, one, before, page_size + 1 - len(found), status, kind)
        if len(found) > page_size:
            break
    page = found[:page_size]
    more = len(found) > len(page)
    return answer(
        {
            "operations": [operation_view(one, with_messages=False) for one in page],
            "next_page_token": inputs.page_token(page[-1].charge_point_id, page[-1].number) if more else None,
        }
    )


def _matching(
    fleet: Fleet, charge_point_id: str, before: int | None, wanted: int, status: Status | None, kind: Kind | None
) -> list[Operation]:
    found: list[Operation] = []
    while len(found) < wanted:
        page = fleet.journal.of(charge_point_id, before=before, limit=wanted)
        found += [one for one in page if status in {None, one.status} and kind in {None, one.kind}]
        if len(page) < wanted:
            break
        before = page[-1].number
    return found[:wanted]


@routes.get("/operations/{operation_id}", response_model=shapes.OfOperation)
async def read_operation(operation_id: inputs.OperationId, fleet: inputs.TheFleet) -> Response:
    """One, with its messages."""
    return answer({"operation": operation_view(fleet.journal.find(operation_id), with_messages=True)})


@routes.delete("/operations/{operation_id}", response_model=shapes.OfOperation)
async def cancel_operation(operation_id: inputs.OperationId, fleet: inputs.TheFleet) -> Response:
    """End one that runs, where it stands; it has failed then. One that is over stays as it is."""
    fleet.journal.find(operation_id)
    await fleet.runner.cancel(operation_id)
    return answer({"operation": operation_view(fleet.journal.find(operation_id), with_messages=True)})


@routes.get("/operations/{operation_id}/messages/{message_id}", response_model=shapes.OfMessage)
async def read_message(
    operation_id: inputs.OperationId, message_id: inputs.MessageId, fleet: inputs.TheFleet
) -> Response:
    """One message of an operation."""
    if not (message_id.isascii() and message_id.isdigit() and len(message_id) < 16):
        raise UnknownOperation(f"message {message_id[:20]}")
    return answer({"message": message_view(fleet.journal.find(operation_id).message(int(message_id)))})

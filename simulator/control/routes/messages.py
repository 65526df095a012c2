"""Routes: the messages of a charge point, as a list, a file, a stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from simulator.charge_point import ChargePoint
from simulator.control import inputs, shapes
from simulator.control.views import answer, as_csv, as_jsonl, message_view
from simulator.fleet import Fleet, NotResident
from simulator.link.messagelog import Logged

# Frames that a slow reader of a stream may be behind; then it is cut off, and comes back with Last-Event-ID.
STREAM_BEHIND = 1000
# A line that means nothing, so that nobody on the way takes the stream for dead.
STREAM_SIGN_S = 15.0

Direction = Annotated[Literal["sent", "received"] | None, Query(description="Only those")]

routes = APIRouter(tags=["messages"], prefix="/charge-points/{charge_point_id}/messages")


@routes.get(
    "",
    response_model=shapes.Messages,
    responses={200: {"content": {"text/csv": {}, "application/jsonl": {}}, "description": "The messages"}},
)
async def read_messages(
    charge_point_id: inputs.ChargePointId,
    fleet: inputs.TheFleet,
    after: Annotated[int, Query(ge=0, description="Only greater message_ids, and then the oldest of them")] = 0,
    limit: Annotated[int | None, Query(ge=1, le=100_000, description="At most so many; 100, all in a file")] = None,
    direction: Direction = None,
    action: Annotated[str | None, Query(max_length=100, description="Only of this action, answers too")] = None,
    format_: Annotated[
        Literal["json", "csv", "jsonl"], Query(alias="format", description="csv and jsonl are files to keep")
    ] = "json",
) -> Response:
    """The last frames of both directions, oldest first."""
    charge_point = fleet.get(charge_point_id)
    most = limit or (100 if format_ == "json" else fleet.settings.messages_kept)
    found = [
        one
        for one in charge_point.messages(fleet.settings.messages_kept)
        if one.message_id > after and direction in {None, one.direction} and action in {None, one.action}
    ]
    page = found[:most] if after else found[-most:]
    if format_ == "json":
        return answer({"messages": [message_view(one) for one in page]})
    content, kind = (as_csv(page), "text/csv") if format_ == "csv" else (as_jsonl(page), "application/jsonl")
    name = quote(f"{charge_point_id}.{format_}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=kind, headers=headers)


@routes.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "An event `message` for each"}},
)
async def stream_messages(
    charge_point_id: inputs.ChargePointId,
    fleet: inputs.TheFleet,
    last_event_id: Annotated[str | None, Header(description="Begin after this message_id")] = None,
) -> Response:
    """Server-sent events: every frame as it goes out or comes in."""
    if not fleet.resident:
        raise NotResident("a stream needs a simulator that stays")
    charge_point = fleet.get(charge_point_id)
    after = int(last_event_id) if last_event_id is not None and last_event_id.isdigit() else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(fleet, charge_point, after), media_type="text/event-stream", headers=headers)


async def _events(fleet: Fleet, charge_point: ChargePoint, after: int | None) -> AsyncIterator[bytes]:
    heard: asyncio.Queue[Logged | None] = asyncio.Queue(STREAM_BEHIND)

    def hear(logged: Logged | None) -> None:
        if heard.full():
            heard.get_nowait()
            logged = None
        heard.put_nowait(logged)

    with fleet.journal.listening(charge_point.id, hear):
        yield b"retry: 1000\n\n"
        if after is not None:
            for logged in charge_point.messages(fleet.settings.messages_kept):
                if logged.message_id > after:
                    yield _event(logged)
        while True:
            try:
                async with asyncio.timeout(STREAM_SIGN_S):
                    logged_or_end = await heard.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if logged_or_end is None:
                return
            yield _event(logged_or_end)


def _event(logged: Logged) -> bytes:
    return b"id: %d\nevent: message\ndata: %s\n\n" % (logged.message_id, msgspec.json.encode(message_view(logged)))

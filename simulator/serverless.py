"""The simulator as a cloud function: no socket outlives a call, everything is in ``SIMULATOR_MEMORY``.

``app`` is ASGI (``uvicorn simulator.serverless:app``), ``wsgi`` the same for WSGI servers, ``function`` for
functions-framework. ``SIMULATOR_CENTRAL`` is where charge points connect that have no address of their own,
``SIMULATOR_ALLOW_HOST`` the names it may be called by (``*``: the platform judges who calls).
"""

import asyncio
import os
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.control.app import routed_application
from simulator.control.gates import EVERY_HOST, Gates
from simulator.control.problem import response
from simulator.fleet import Fleet
from simulator.memory.open import open_memory
from simulator.memory.port import Memory, StateError
from simulator.unit.keeping import recall
from simulator.visit import NotYourTurn, looking_at, visiting

USUAL_MEMORY = "simulator.db"
# What is done to a charge point that lives meanwhile; the rest only looks at it, or at what is kept beside it.
LIVELY = frozenset({"", "connect", "connectors", "disconnect", "flows", "operations", "reboot"})
CHANGES = frozenset({"POST", "PUT", "PATCH"})
# Routes for which all charge points are looked at.
OF_ALL = frozenset({"charge-points", "operations", "summary"})


class Serverless:
    """The HTTP API, a call at a time: behind the gates as in the process that stays."""

    def __init__(self, memory: Memory, central: str | None) -> None:
        self._memory = memory
        self._central = central
        self._routed = routed_application()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer goes out when everything is saved."""
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        try:
            await self._serve(scope, receive, keep)
        except StateError as error:
            await response(503, "state_file", str(error))(scope, receive, send)
        except NotYourTurn as error:
            await response(503, "busy", str(error))(scope, receive, send)
        else:
            for message in answer:
                await send(message)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        room, charge_point_id, what = (*str(scope["path"]).strip("/").split("/"), "", "", "")[:3]
        method = scope["method"]
        if room == "charge-points" and charge_point_id:
            named = unquote(charge_point_id)
            connect = method in CHANGES and what in LIVELY
            looks = method in {"GET", "HEAD"}
            async with (
                looking_at(self._memory, named, self._central)
                if looks
                else visiting(self._memory, named, self._central, connect=connect)
            ) as fleet:
                await self._routed({**scope, "fleet": fleet}, receive, send)
            return
        fleet = await asyncio.to_thread(Fleet, self._memory, self._central, resident=False)
        if room in OF_ALL and not charge_point_id and method == "GET":
            for remembered in await asyncio.to_thread(recall, self._memory):
                fleet.bring_back(remembered)
        await self._routed({**scope, "fleet": fleet}, receive, send)


@cache
def _opened() -> ASGIApp:
    """Raises ``StateError``."""
    hosts = os.environ.get("SIMULATOR_ALLOW_HOST", EVERY_HOST).split(",")
    memory = open_memory(os.environ.get("SIMULATOR_MEMORY", USUAL_MEMORY))
    return Gates(Serverless(memory, os.environ.get("SIMULATOR_CENTRAL")), hosts)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI. The memory is opened by the first call."""
    if scope["type"] != "http":
        await _without_lifespan(scope, receive, send)
        return
    try:
        opened = _opened()
    except StateError as error:
        await response(503, "state_file", str(error))(scope, receive, send)
        return
    await opened(scope, receive, send)


async def _without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Nothing is started before the first call, nor left after the last."""
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


_one_at_a_time = threading.Lock()


@cache
def _as_wsgi() -> Any:
    from a2wsgi import ASGIMiddleware  # noqa: PLC0415 -- ASGI servers do without

    return ASGIMiddleware(app)  # type: ignore[arg-type]


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """WSGI: one event loop for all threads of the process."""
    with _one_at_a_time:
        made = _as_wsgi()
    answered: Iterable[bytes] = made(environ, start_response)
    return answered


def function(request: Any) -> Any:
    """For functions-framework, which calls with Flask's request and takes Werkzeug's response."""
    from werkzeug.wrappers import Response  # noqa: PLC0415 -- comes with functions-framework

    return Response.from_app(wsgi, request.environ)

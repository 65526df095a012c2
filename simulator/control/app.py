"""The HTTP API over a fleet: one ASGI application."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.control import problem, shapes
from simulator.control.gates import Gates
from simulator.control.routes import (
    answers,
    chaos,
    charge_points,
    configuration,
    connectors,
    days,
    messages,
    operations,
)
from simulator.control.routes import simulator as whole
from simulator.fleet import Fleet

WORDS = """Simulated charge points with cars at them, for any OCPP 1.6 or 2.0.1 central system.

Five kinds of calls: *service* (charge points, their configuration, connectors), *standalone* operations, *chains*,
predefined *flows*, and *answers* to what the central system asks. Each is an operation with an id; each OCPP message
of it has a `message_id`. There are no accounts: whoever reaches the port may do everything, so it listens on the
machine itself unless told otherwise.
"""
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "model": shapes.ProblemShape,
        "description": "Why not (RFC 9457)",
        "content": {"application/problem+json": {}},
    }
}
WEB = Path(__file__).parent.parent / "web"


def application(fleet: Fleet, allowed_hosts: Iterable[str] = ()) -> ASGIApp:
    """The API, and the page where there is one. ``allowed_hosts``: names by which it may be called, see `Gates`."""
    routed = routed_application()

    async def with_fleet(scope: Scope, receive: Receive, send: Send) -> None:
        scope["fleet"] = fleet
        await routed(scope, receive, send)

    return Gates(with_fleet, allowed_hosts)


def routed_application() -> FastAPI:
    """Everything but the gates and the fleet, which stands in the scope as ``fleet``."""
    app = FastAPI(
        title="Charge point simulator",
        version="1",
        description=WORDS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=PROBLEMS,
        generate_unique_id_function=lambda route: route.name,
    )
    rooms = (whole, charge_points, connectors, configuration, operations, answers, messages, chaos, days)
    problem.install(app, [route for room in rooms for route in room.routes.routes])
    for room in rooms:
        app.include_router(room.routes)
    if WEB.is_dir():
        app.mount("/static", StaticFiles(directory=WEB), name="static")
        app.add_api_route("/", _page, include_in_schema=False)
    return app


async def _page() -> Response:
    """The web page; no other page may lay itself over it."""
    headers = {"Content-Security-Policy": "frame-ancestors 'none'; script-src 'self'", "Cache-Control": "no-cache"}
    return FileResponse(WEB / "index.html", headers=headers)

"""Errors as RFC 9457 problem+json with a stable ``code``, and in the body's errors the place."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from simulator.fleet import NotResident, UnknownChargePoint
from simulator.memory.port import StateError
from simulator.operations.operation import UnknownOperation
from simulator.unit.person import NotPossible
from simulator.unit.unit import UnknownConnector

CODES = {404: "not_found", 405: "method_not_allowed"}

log = logging.getLogger(__name__)


class Problem(Exception):
    """A request that cannot be served: ``status`` of HTTP, a stable ``code``, a sentence for a person; ``place``: the
    path to what is wrong in the body, where it is there.
    """

    def __init__(self, status: int, code: str, detail: str, place: Sequence[int | str] = ()) -> None:
        super().__init__(".".join(map(str, place)) + f": {detail}" if place else detail)
        self.status = status
        self.code = code
        self.errors = [{"pointer": _pointer(("body", *place)), "detail": detail}] if place else None


def refused(error: msgspec.ValidationError) -> Problem:
    """What a body of msgspec's does not take."""
    detail, _, path = str(error).partition(" - at `$.")
    return Problem(422, "invalid", detail, path.rstrip("`").split(".") if path else ())


def response(status: int, code: str, detail: str, **more: Any) -> Response:
    """The problem as the client gets it."""
    body = {"type": "about:blank", "title": code.replace("_", " "), "status": status, "code": code, "detail": detail}
    return Response(msgspec.json.encode(body | more), status, media_type="application/problem+json")


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Every error of every route ends here. ``routes`` are those whose methods a 405 names."""

    async def _not_allowed(request: Request, error: Exception) -> Response:
        answer = await _http(request, error)
        allowed = [getattr(one, "methods", None) or () for one in routes if one.matches(request.scope)[0] != Match.NONE]
        answer.headers["Allow"] = ", ".join(sorted({method for methods in allowed for method in methods}))
        return answer

    app.add_exception_handler(405, _not_allowed)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unknown in (UnknownChargePoint, UnknownConnector, UnknownOperation):
        app.add_exception_handler(unknown, _unknown)
    for impossible in (NotPossible, NotResident):
        app.add_exception_handler(impossible, _conflict)
    app.add_exception_handler(StateError, _state)
    app.add_exception_handler(Exception, _failed)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 -- as it is registered
    more = {"errors": error.errors} if error.errors is not None else {}
    return response(error.status, error.code, str(error), **more)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- as it is registered
    found = error.errors()
    errors = [{"pointer": _pointer(one["loc"]), "detail": str(one["msg"])} for one in found]
    return response(422, "invalid", "; ".join(_sentence(one) for one in found[:5]), errors=errors)


def _pointer(loc: tuple[int | str, ...]) -> str:
    """A JSON pointer into the body; ``query/wait`` and the like for what stands elsewhere."""
    place, *path = loc
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    return "/".join(["" if place == "body" else str(place), *escaped])


def _sentence(error: dict[str, Any]) -> str:
    path = ".".join(str(part) for part in error["loc"][1:])
    return f"{path}: {error['msg']}" if path else str(error["msg"])


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as it is registered
    answer = response(error.status_code, CODES.get(error.status_code, "http_error"), str(error.detail))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _unknown(_: Request, error: Exception) -> Response:
    return response(404, "not_found", f"there is no {error}")


async def _conflict(_: Request, error: Exception) -> Response:
    return response(409, "conflict", str(error))


async def _state(_: Request, error: Exception) -> Response:
    return response(503, "state_file", str(error))


async def _failed(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return response(500, "internal_error", "the simulator failed; its log says why")

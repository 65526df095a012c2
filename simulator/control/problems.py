"""Errors as RFC 9457 problem+json with a stable ``code``."""

import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from simulator.chargepoint.person import NotPossible
from simulator.chargepoint.unit import UnknownConnector
from simulator.fleet import UnknownChargePoint
from simulator.store import StateFileError

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

log = logging.getLogger(__name__)


class Problem(Exception):
    """A request that cannot be served: ``status`` of HTTP, a stable ``code``, a sentence for a person."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


def response(status: int, code: str, detail: str) -> web.Response:
    """The problem as the client gets it."""
    body = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/problem+json")


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every error of every route ends here."""
    try:
        return await handler(request)
    except Problem as problem:
        return response(problem.status, problem.code, str(problem))
    except (UnknownChargePoint, UnknownConnector) as unknown:
        return response(404, "not_found", f"there is no {unknown}")
    except NotPossible as impossible:
        return response(409, "conflict", str(impossible))
    except StateFileError as error:
        return response(503, "state_file", str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = response(error.status, CODES.get(error.status, "http_error"), error.reason)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return response(500, "internal_error", "the simulator failed; its log says why")

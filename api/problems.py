"""Every refusal as RFC 9457 problem+json; the one place where errors become statuses."""

import http
from collections.abc import Mapping

import structlog
from flask import Flask, Response, g
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api.schemas.problem import FieldProblem, Problem
from model import errors
from model.store.errors import StoreBusy, StoreUnavailable
from services.idempotency import Replayed

MIMETYPE = "application/problem+json"
STATUS: Mapping[type[errors.KilowaitError], int] = {
    errors.Invalid: 422,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
RETRY_AFTER_S = {429: 1, 503: 5}
"""Where the error does not know better."""

_HTTP_CODES = {
    400: ("bad_request", "The request cannot be understood."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The body is too large."),
    415: ("not_json", "The body must be JSON: Content-Type: application/json."),
}
_log = structlog.get_logger("kilowait.api")


class BadRequest(errors.KilowaitError):
    """The body is no JSON: 400."""


class UnsupportedMediaType(errors.KilowaitError):
    """The body says it is something else than JSON: 415."""


def status_of(error: errors.KilowaitError) -> int:
    """The status of a refusal, by its class."""
    if isinstance(error, BadRequest):
        return 400
    if isinstance(error, UnsupportedMediaType):
        return 415
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    retry: bool = False,
    retry_after_s: int | None = None,
    field: str | None = None,
    fields: list[FieldProblem] | None = None,
) -> Response:
    """A problem as a response, with what headers its status asks for."""
    body = Problem(
        type=f"urn:kilowait:problem:{code}",
        title=http.HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        retry=retry,
        field=field,
        instance=g.get("request_id", ""),
        errors=fields,
    )
    response = Response(body.model_dump_json(exclude_none=True), status=status, mimetype=MIMETYPE)
    if status in RETRY_AFTER_S:
        response.headers["Retry-After"] = str(retry_after_s or RETRY_AFTER_S[status])
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="kilowait"'
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(error: errors.KilowaitError) -> Response:
    """A refusal of ours."""
    return problem(
        status_of(error),
        error.code,
        error.message,
        retry=error.retry,
        retry_after_s=error.retry_after_s,
        field=error.field,
    )


def invalid(error: ValidationError) -> Response:
    """A body or query that does not fit its model; what was sent is never repeated."""
    found = [
        FieldProblem(field=".".join(str(part) for part in each["loc"]), detail=each["msg"])
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    if any(each["type"] == "json_invalid" for each in error.errors(include_url=False, include_input=False)):
        return problem(400, "invalid_json", "The body is not valid JSON.")
    first = found[0]
    detail = f"{first.field}: {first.detail}" if first.field else first.detail
    return problem(422, "invalid", detail, field=first.field or None, fields=found)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response(error.get_body(), status, error.get_headers())
    code, detail = _HTTP_CODES.get(status, ("refused", http.HTTPStatus(status).phrase))
    response = problem(status, code, detail)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _busy(error: StoreBusy) -> Response:
    _log.warning("store_busy", reason=str(error))
    return problem(
        503,
        "store_busy",
        "Too much happens at once just now.",
        retry=True,
        retry_after_s=max(1, error.retry_after_s),
    )


def _store_unavailable(error: StoreUnavailable) -> Response:
    _log.error("store_unavailable", kind=type(error).__name__, reason=str(error))
    return problem(503, "store_unavailable", "The store cannot be used just now.", retry=True, retry_after_s=30)


def _unexpected(error: Exception) -> Response:
    """What nobody foresaw: the log tells, the answer does not."""
    _log.error("unexpected_error", kind=type(error).__name__, exc_info=error)
    return problem(500, "internal", "Something went wrong here. The request id helps to find it.")


def _replayed(error: Replayed) -> Response:
    response = Response(error.answer.body, status=error.answer.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def install(app: Flask) -> None:
    """Answer every error of ``app`` with a problem."""
    app.register_error_handler(errors.KilowaitError, refused)
    app.register_error_handler(ValidationError, invalid)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreBusy, _busy)
    app.register_error_handler(StoreUnavailable, _store_unavailable)
    app.register_error_handler(Replayed, _replayed)
    app.register_error_handler(Exception, _unexpected)

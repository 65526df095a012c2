"""Refusals as pages: who is not logged in is led to the login, anyone else is told in a sentence."""

from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from api.browser import forget
from api.problems import status_of
from model.errors import KilowaitError, Unauthenticated
from model.store.errors import StoreError
from web.policy import page
from web.rendering import rendered

_log = structlog.get_logger("kilowait.web")
_HEADINGS = {403: "Not for this account", 404: "Not found", 409: "Not possible now", 422: "Not understood"}


def install(blueprint: Blueprint) -> None:
    """Answer refusals on the routes of ``blueprint`` with pages."""
    blueprint.register_error_handler(KilowaitError, _refused)
    blueprint.register_error_handler(HTTPException, _impossible)
    blueprint.register_error_handler(StoreError, _busy)
    blueprint.register_error_handler(Exception, _unexpected)


def _refused(error: KilowaitError) -> Response:
    if isinstance(error, Unauthenticated):
        return _to_login()
    return _said(status_of(error), error.message)


def _impossible(error: HTTPException) -> Response:
    return _said(error.code or 500, error.description or "This cannot be answered.")


def _busy(error: StoreError) -> Response:
    _log.error("store_trouble", kind=type(error).__name__, reason=str(error))
    return _said(503, "The store cannot be used just now. Try again in a moment.")


def _unexpected(error: Exception) -> Response:
    """What nobody foresaw: the log tells, the page does not."""
    _log.error("unexpected_error", kind=type(error).__name__, exc_info=error)
    return _said(500, "Something went wrong here. The log of the server says more.")


def _wanted() -> str:
    """The page somebody was on: of a part of one, the page around it."""
    if request.headers.get("HX-Request"):
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        return shown.path + (f"?{shown.query}" if shown.query else "")
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def _to_login() -> Response:
    target = url_for("web_session.login_page", next=_wanted())
    if request.headers.get("HX-Request"):  # The part of a page cannot be a login page: the browser goes there itself.
        answer = Response(status=204, headers={"HX-Redirect": target})
    else:
        answer = redirect(target, 303)
    forget(answer)
    return answer


def _said(status: int, detail: str) -> Response:
    heading = _HEADINGS.get(status, "That did not work")
    home = "/dashboard/" if request.path.startswith("/dashboard/") and status != HTTPStatus.FORBIDDEN else "/app/"
    return page(rendered("shared/refused.html", heading=heading, detail=detail, home=home), status)

"""Refusals as pages: who is not logged in is led to the login, anyone else is told in a sentence."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from api.browser import forget
from api.problems import status_of
from model.errors import KilowaitError, Unauthenticated
from web.policy import page
from web.rendering import rendered

_HEADINGS = {403: "Not for this account", 404: "Not found", 409: "Not possible now", 422: "Not understood"}


def install(blueprint: Blueprint) -> None:
    """Answer refusals on the routes of ``blueprint`` with pages."""
    blueprint.register_error_handler(KilowaitError, _refused)
    blueprint.register_error_handler(HTTPException, _impossible)


def _refused(error: KilowaitError) -> Response:
    if isinstance(error, Unauthenticated):
        return _to_login()
    return _said(status_of(error), error.message)


def _impossible(error: HTTPException) -> Response:
    return _said(error.code or 500, error.description or "This cannot be answered.")


def _to_login() -> Response:
    target = url_for("web_session.login_page", next=request.full_path.rstrip("?") if request.method == "GET" else "")
    if request.headers.get("HX-Request"):  # The part of a page cannot be a login page: the browser goes there itself.
        answer = Response(status=204, headers={"HX-Redirect": target})
    else:
        answer = redirect(target, 303)
    forget(answer)
    return answer


def _said(status: int, detail: str) -> Response:
    heading = _HEADINGS.get(status, "That did not work")
    return page(rendered("shared/refused.html", heading=heading, detail=detail), status)

"""A browser's way in and out: the login page, and what the drivers' app asks. The token stays in a cookie.

``GET session`` says who is logged in and swaps a token that is due; all bodies are JSON but the login page's form.
"""

from urllib.parse import unquote

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Answer

from api.authentication import identify
from api.browser import forget, keep, refuse_other_sites
from api.problems import status_of
from api.resource import read_body
from api.schemas.auth import Login, Registration
from api.schemas.user import UserReply, user_reply
from api.wiring import address, bearer, services
from model.errors import KilowaitError, Unauthenticated
from services.accounts.demo import PEOPLE
from services.accounts.login import log_in, log_out, refresh
from services.accounts.profile import read_person
from services.accounts.registration import NewAccount, register
from services.accounts.tokens import Issued
from web.files import HERE
from web.policy import page
from web.rendering import rendered

session = Blueprint("web_session", __name__, template_folder=str(HERE / "templates"))
HOME = "/app/"
ROOMS = (HOME, "/dashboard/")


@session.get("/session")
def who() -> Response:
    """``{"user": …}``, or ``{"user": null}`` where nobody is logged in."""
    try:
        caller = identify()
        person = None if caller is None else read_person(services(), caller.user_id)
    except Unauthenticated:
        answer = _nobody()
        forget(answer)
        return answer
    if person is None:
        return _nobody()
    answer = _json(user_reply(person))
    if g.get("token_due"):
        renew(answer)
    return answer


@session.post("/session")
def enter() -> Response:
    """Log in with name and password."""
    refuse_other_sites()
    asked = read_body(Login)
    assert isinstance(asked, Login)  # noqa: S101 -- for the types
    return _entered(log_in(services(), asked.name, asked.password, device=asked.device, address=address()), 200)


@session.post("/session/register")
def join() -> Response:
    """Make an account and log in to it, where registration is open."""
    refuse_other_sites()
    asked = read_body(Registration)
    assert isinstance(asked, Registration)  # noqa: S101 -- for the types
    new = NewAccount(
        username=asked.username, password=asked.password, name=asked.name, surname=asked.surname, email=asked.email
    )
    return _entered(register(services(), new, device=asked.device, address=address()), 201)


@session.delete("/session")
def leave() -> Response:
    """Log out. Nobody logged in is no error."""
    answer = _nobody()
    forget(answer)
    try:
        caller = identify()
    except Unauthenticated:
        return answer
    if caller is not None:
        log_out(services(), bearer(), caller.user_id)
    return answer


@session.get("/login")
def login_page() -> Response:
    """The page that pages for somebody lead to."""
    demo = PEOPLE if services().configuration.demo else ()
    return page(rendered("shared/login.html", next=_inside(request.args.get("next", "")), demo=demo))


@session.post("/login")
def login_form() -> Answer:
    """Log in by the page's form; on to where one wanted to be."""
    refuse_other_sites()
    onward = _inside(request.form.get("next", ""))
    name, password = request.form.get("name", "")[:200], request.form.get("password", "")[:1000]
    try:
        issued = log_in(services(), name, password, device="", address=address())
    except KilowaitError as error:
        again = page(rendered("shared/login.html", next=onward, name=name, error=error.message), status_of(error))
        if error.retry_after_s is not None:
            again.headers["Retry-After"] = str(error.retry_after_s)
        return again
    answer = redirect(onward, 303)
    keep(answer, issued.secret, issued.token.expires_at)
    return answer


@session.post("/logout")
def logout_form() -> Answer:
    """Log out by a page's button."""
    refuse_other_sites()
    leave()
    answer = redirect("/login", 303)
    forget(answer)
    return answer


def renew(answer: Answer) -> None:
    """Swap the token of this request for a new one, in the answer's cookie."""
    issued = refresh(services(), bearer())
    keep(answer, issued.secret, issued.token.expires_at)
    g.token_due = False


def _entered(issued: Issued, status: int) -> Response:
    answer = _json(user_reply(read_person(services(), issued.token.user_id)), status)
    keep(answer, issued.secret, issued.token.expires_at)
    return answer


def _nobody() -> Response:
    return Response('{"user":null}', mimetype="application/json")


def _json(reply: UserReply, status: int = 200) -> Response:
    return Response(reply.model_dump_json(), status=status, mimetype="application/json")


def _inside(target: str) -> str:
    """Where to go after logging in: a page of ours, never another site, nor anything else of this one."""
    plain = unquote(target)
    ours = target.startswith(ROOMS) and target.isprintable() and "\\" not in plain and ".." not in plain
    return target if ours else HOME

"""`auth/…`: log in, register, swap and end tokens, reset a forgotten password."""

import secrets

from flask import Response, render_template, request

from api.idempotency import once
from api.resource import FORM, Resource
from api.schemas.auth import Login, Registration, Reset, ResetQuery, ResetRequest, TokenReply
from api.schemas.base import Done
from api.schemas.problem import Problem
from api.schemas.user import UserReply, user_reply
from api.wiring import address, bearer, caller, services
from model.errors import KilowaitError
from model.instants import to_text
from services.accounts.login import log_in as open_with_password
from services.accounts.login import log_out as end_token
from services.accounts.login import refresh as swap
from services.accounts.profile import read_person
from services.accounts.registration import NewAccount
from services.accounts.registration import register as open_account
from services.accounts.reset import ask_for_reset
from services.accounts.reset import reset_password as set_password
from services.accounts.tokens import Issued

auth = Resource("auth", "Logging in and out, registering, tokens, forgotten passwords.")


@auth.post("/auth/login", responses={200: TokenReply, 401: Problem})
def log_in(body: Login) -> TokenReply:
    """Log in with username or e-mail address."""
    issued = open_with_password(services(), body.name, body.password, device=body.device, address=address())
    return _token_reply(issued)


@auth.post("/auth/register", responses={201: TokenReply})
def register(body: Registration) -> TokenReply:
    """Make an account and log in to it, where registration is open."""
    new = NewAccount(
        username=body.username,
        password=body.password,
        name=body.name,
        surname=body.surname,
        email=body.email,
    )
    return _token_reply(open_account(services(), new, device=body.device, address=address(), once=once()))


@auth.post("/auth/refresh", responses={200: TokenReply})
def refresh_token() -> TokenReply:
    """Swap this token for a new one; the old one opens until the new one is first used."""
    return _token_reply(swap(services(), bearer()))


@auth.post("/auth/logout", responses={200: Done})
def log_out() -> Done:
    """End this token."""
    return _log_out()


@auth.get("/auth/logout", responses={200: Done})
def log_out_by_get() -> Done:
    """End this token; the same as POST, for clients that only read."""
    return _log_out()


@auth.get("/auth/validateToken", responses={200: UserReply})
def validate_token() -> UserReply:
    """Say whose token this is."""
    return user_reply(read_person(services(), caller().user_id))


@auth.post("/auth/resetPasswordToken", responses={202: Done})
def ask_for_password_reset(body: ResetRequest) -> Done:
    """Send a letter with a link that sets a new password. Answers the same for unknown addresses."""
    ask_for_reset(services(), body.email, address=address())
    return Done(message="If that address belongs to an account, a letter is on its way.")


@auth.get("/auth/resetPasswordPage", doc_ui=False)
def reset_password_page(query: ResetQuery) -> Response:
    """The page the letter links to; it works without script."""
    return _page(200, token=query.token)


@auth.post("/auth/resetPassword", responses={200: Done})
def reset_password(body: Reset) -> Done | Response:
    """Set a new password with the letter's secret, once. Ends all tokens of the account."""
    from_page = request.mimetype == FORM
    try:
        set_password(services(), body.token, body.password)
    except KilowaitError as error:
        if from_page:
            return _page(422, token=body.token, error=error.message)
        raise
    if from_page:
        return _page(200, done=True)
    return Done(message="The new password is set. Log in with it.")


def _token_reply(issued: Issued) -> TokenReply:
    return TokenReply(token=issued.secret, expires_at=to_text(issued.token.expires_at) or "")


def _log_out() -> Done:
    end_token(services(), bearer(), caller().user_id)
    return Done(message="Logged out.")


def _page(status: int, *, token: str = "", error: str = "", done: bool = False) -> Response:
    nonce = secrets.token_urlsafe(12)
    text = render_template("reset_password.html", token=token, error=error, done=done, nonce=nonce)
    response = Response(text, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response

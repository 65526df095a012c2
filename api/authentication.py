"""Who is asking: the ``Authorization: Bearer`` header or a browser's cookie, and the hint that a token is due."""

from flask import Response, g, request

from api.browser import secret_in_cookie
from api.wiring import services
from model.errors import Unauthenticated
from services.accounts.authentication import authenticate, due
from services.caller import Caller, caller_of

HEADER = "Kilowait-Token"
MAX_SECRET_CHARS = 200


def identify() -> Caller | None:
    """The caller of this request; None without a token. Raises :class:`Unauthenticated`, ``Forbidden``."""
    header = request.headers.get("Authorization")
    if header:
        scheme, _, secret = header.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not _plausible(secret):
            raise Unauthenticated("invalid_token", "Send the token as 'Authorization: Bearer TOKEN'.")
    else:
        secret = secret_in_cookie() or ""
        if not secret:
            return None
        if not _plausible(secret):
            raise Unauthenticated("invalid_token", "Log in again.")
    token = authenticate(services(), secret)
    g.bearer = secret
    g.token_due = due(token, services().clock.now())
    return caller_of(token)


def _plausible(secret: str) -> bool:
    return 0 < len(secret) <= MAX_SECRET_CHARS and secret.isascii()


def say_due(response: Response) -> Response:
    """Past its seven days every answer says that the token should be swapped."""
    if g.get("token_due"):
        response.headers[HEADER] = "due"
    return response

"""A browser's token: a cookie no script can read, which counts only where our own pages sent the request.

A request of another site carries the cookie at most when a person follows a link (SameSite=Lax), and nothing is changed
by that: what changes something must come from our own origin, which browsers say in headers no page can set.
"""

from datetime import datetime
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response as Answer

from model.errors import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CHANGED_BY_GET = frozenset({"/api/auth/logout"})
"""For older apps, which have no cookie: a link of another site must not log anybody out."""


def cookie_name() -> str:
    """With ``__Host-`` the browser itself refuses one set by another host or over plain http."""
    return "__Host-kilowait" if request.is_secure else "kilowait"


def secret_in_cookie() -> str | None:
    """The token's secret, if this browser is logged in. Raises :class:`Forbidden` where another site asks a change."""
    secret = request.cookies.get(cookie_name())
    if secret and (request.method not in SAFE or request.path in CHANGED_BY_GET):
        refuse_other_sites()
    return secret or None


def refuse_other_sites() -> None:
    """Raise :class:`Forbidden` unless a page of this very origin sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is not None:
        parts = urlsplit(origin)
        if parts.netloc != request.host or (request.is_secure and parts.scheme != "https"):
            site = "cross-site"
    if site != "same-origin" and not (site is None and origin is not None):
        raise Forbidden("cross_site", "This must be asked from Kilowait's own pages.")


def keep(response: Answer, secret: str, expires_at: datetime | None) -> None:
    """Let this browser keep the token."""
    response.set_cookie(
        cookie_name(), secret, expires=expires_at, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def forget(response: Answer) -> None:
    """Make this browser forget it."""
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")

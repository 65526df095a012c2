"""What views reach for: the services the app was made with, and who is asking."""

from flask import current_app, g, has_request_context, request

from model.errors import Forbidden, NotFound, Unauthenticated
from services.accounts.administration import named
from services.caller import Caller
from services.context import Services
from services.sites.explaining import DEFAULT, LANGUAGES

EXTENSION = "kilowait"


def services() -> Services:
    """The services of this app."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def asking() -> Caller | None:
    """Who sent this request; None: anonymous."""
    found: Caller | None = g.get("caller")
    return found


def caller() -> Caller:
    """Who sent this request, where the access table lets nobody in without a token."""
    found = asking()
    if found is None:
        raise Unauthenticated("no_token", "Log in first.")
    return found


def language() -> str:
    """What sentences about a driver are written in: the one of those there are that `Accept-Language` wants most."""
    if not has_request_context():
        return DEFAULT
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def bearer() -> str:
    """The secret of this request's token."""
    return str(g.bearer)


def address() -> str:
    """The client's network address, as far as it can be trusted (``KILOWAIT_ADDRESS_HEADER``, ``_TRUSTED_PROXIES``)."""
    header = services().configuration.address_header
    return (header and request.headers.get(header)) or request.remote_addr or "unknown"


def acting_for(username: str | None) -> str:
    """The id of the user a request is about: the caller, or whom an admin names with ``?username=``. One read at most.

    Raises :class:`Forbidden` when somebody else than an admin names another user, :class:`NotFound`.
    """
    who = caller()
    if username is None:
        return who.user_id
    user_id = named(services(), username)
    if user_id == who.user_id:
        return who.user_id
    if not who.is_admin:
        raise Forbidden("admins_only", "Only admins act for another user.", field="username")
    if user_id is None:
        raise NotFound("no_such_user", "There is no such user.")
    return user_id

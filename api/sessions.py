"""`…/sessions`: lists of charges of a charger, a location, a person, newest first."""

from dataclasses import replace

from api.resource import Resource
from api.schemas.charger import ChargerPath
from api.schemas.location import LocationPath
from api.schemas.session import (
    HistoryQuery,
    LocationSessionsQuery,
    SessionsQuery,
    SessionsReply,
    UserSessionsQuery,
)
from api.site_wiring import at
from api.views.session import session_model
from api.wiring import acting_for, caller, services
from model.errors import Invalid
from model.ids import fold
from model.site import Site
from services.sites.reading import no_charger
from services.sites.session_list import SessionFilter, list_sessions

sessions = Resource("sessions", "Charges of the past and of now, listed.")


@sessions.get(
    "/location/<location_id>/charger/<charger_id>/sessions",
    responses={200: SessionsReply},
    operation_id="listSessions",
)
def list_charger_sessions(path: ChargerPath, query: HistoryQuery) -> SessionsReply:
    """List the charger's sessions, newest first.

    One's own; an admin's all, or one user's. Offers that led to nothing are left out unless `unplugged` is true. Where
    several filters narrow little, a page may be shorter than `page_size`.
    """
    site = _site(path.location_id, path.charger_id)
    wanted = SessionFilter(location_id=site.location_id, charger_id=path.charger_id, user_id=_whose(query))
    return _page(wanted, query, site)


@sessions.get("/location/<location_id>/sessions", responses={200: SessionsReply})
def list_location_sessions(path: LocationPath, query: LocationSessionsQuery) -> SessionsReply:
    """List the location's sessions, newest first.

    One's own; an admin's all, or one user's; of one charger, if named.
    """
    site = _site(path.location_id, query.charger)
    wanted = SessionFilter(location_id=site.location_id, charger_id=query.charger, user_id=_whose(query))
    return _page(wanted, query, site)


@sessions.get("/user/sessions", responses={200: SessionsReply})
def list_user_sessions(query: UserSessionsQuery) -> SessionsReply:
    """List one's own sessions at all locations, newest first; an admin's are those of a user.

    Of one location, and of one charger there, if named.
    """
    if query.charger is not None and query.location is None:
        raise Invalid("location_required", "A charger is one of a location: name it too.", field="location")
    site = None if query.location is None else _site(query.location, query.charger)
    wanted = SessionFilter(
        location_id=None if site is None else site.location_id,
        charger_id=query.charger,
        user_id=acting_for(query.username),
    )
    return _page(wanted, query, site)


def _site(location_id: str, charger_id: str | None) -> Site:
    """The location, whose charger it is; closed and retired ones too. Raises ``NotFound``."""
    site = at().sites.get(location_id)
    if charger_id is not None and fold(charger_id) not in site.chargers:
        raise no_charger(site.location_id, charger_id)
    return site


def _whose(query: HistoryQuery) -> str | None:
    return None if caller().is_admin and query.username is None else acting_for(query.username)


def _page(place: SessionFilter, query: SessionsQuery, site: Site | None) -> SessionsReply:
    wanted = replace(
        place,
        tag=query.tag,
        since=query.from_,
        until=query.until,
        end_reason=query.end_reason,
        unplugged=query.unplugged,
    )
    who = caller()
    page = list_sessions(services().store, wanted, query.page_size, query.page_token or "")
    return SessionsReply(
        sessions=[session_model(who, site or at().sites.cached(one.location_id), one) for one in page.items],
        next_page_token=page.next_page_token or None,
    )

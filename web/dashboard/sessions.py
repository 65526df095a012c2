"""A location's sessions: looked through by charger, driver, day, card and end; no-shows and overstays among them."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import Response, request

from api.site_wiring import at
from api.wiring import services
from model.charger import EndReason
from model.errors import Invalid
from model.ids import MAX_ID_CHARS, MAX_TAG_CHARS
from model.instants import day_start
from model.session import Session
from model.site import Site
from services.accounts.names import user_id_named
from services.sites.paging import MAX_PAGE
from services.sites.session_list import SessionFilter, list_sessions
from web.dashboard.pages import blueprint, day_asked, show

sessions = blueprint("sessions")
LISTED = 50
MOST_LOOKED = 1_000
"""Sessions read for one page of overstays."""
NOBODY = "-"
"""No user's id: of a name nobody has there is no session."""


@sessions.get("/dashboard/location/<location_id>/sessions")
def list_location_sessions(location_id: str) -> Response:
    """The page; its form is the query. ``overstay``: only who stayed on, for which many more are looked through."""
    site = at().sites.cached(location_id)
    wanted, only = _wanted(site), bool(request.args.get("overstay"))
    token, found, looked = request.args.get("page_token", ""), list[Session](), 0
    while True:
        page = list_sessions(services().store, wanted, MAX_PAGE if only else LISTED, token)
        found += [one for one in page.items if not only or _stayed(one) > site.settings.grace_s]
        looked, token = looked + len(page.items), page.next_page_token
        if not only or not token or len(found) >= LISTED or looked >= MOST_LOOKED:
            break
    return show(
        "sessions.html",
        active="home",
        tab="sessions",
        site=site,
        sessions=found,
        stayed=_stayed,
        looked=looked if only else None,
        next_page_token=token,
        given=request.args,
        ends=[one.value for one in EndReason],
        older=lambda given, token: urlencode({**given, "page_token": token}),
    )


def _stayed(session: Session) -> float:
    """Seconds at the charger since the car was full."""
    if session.full_at is None:
        return 0.0
    return max(0.0, ((session.ended_at or services().clock.now()) - session.full_at).total_seconds())


def _wanted(site: Site) -> SessionFilter:
    text = {name: request.args.get(name, "").strip() for name in ("charger", "driver", "tag", "end")}
    if len(text["charger"]) > MAX_ID_CHARS or len(text["tag"]) > MAX_TAG_CHARS:
        raise Invalid("invalid", "That is too long for an id or a card's number.")
    begin, last = day_asked("from"), day_asked("until")
    try:
        end = EndReason(text["end"]) if text["end"] else None
    except ValueError as error:
        raise Invalid("invalid", "An end is one of the list.") from error
    user_id = (user_id_named(services().store, text["driver"]) or NOBODY) if text["driver"] else None
    return SessionFilter(
        location_id=site.location_id,
        charger_id=text["charger"] or None,
        user_id=user_id,
        tag=text["tag"] or None,
        since=None if begin is None else day_start(begin, site.time_zone),
        until=None if last is None else day_start(last + timedelta(days=1), site.time_zone),
        end_reason=end,
    )

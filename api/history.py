"""`…/charger/<c>/status_history`, `…/timeline`, `…/uptime`: what a charger showed, and why."""

from datetime import timedelta

from api.resource import Resource
from api.schemas.charger import ChargerPath
from api.schemas.history import (
    StatusHistoryQuery,
    StatusHistoryReply,
    TimelineQuery,
    TimelineReply,
    UptimeQuery,
    UptimeReply,
)
from api.site_wiring import at
from api.views.charger import seen_charger
from api.views.history import status_history_reply, timeline_reply, uptime_reply
from api.views.location import seen_site
from api.wiring import caller, services

LATELY = timedelta(days=30)
history = Resource("history", "What chargers showed: every change, a day at a glance, uptime.")


@history.get("/location/<location_id>/charger/<charger_id>/status_history", responses={200: StatusHistoryReply})
def get_status_history(path: ChargerPath, query: StatusHistoryQuery) -> StatusHistoryReply:
    """List every change of the charger's state with its cause, newest first.

    Who caused it is shown to admins only. Kept for ever, also of chargers taken away.
    """
    _refuse_hidden(path)
    page = at().history.page(
        path.location_id,
        path.charger_id,
        query.from_,
        query.until,
        page_size=query.page_size,
        page_token=query.page_token or "",
    )
    return status_history_reply(caller(), page)


@history.get("/location/<location_id>/charger/<charger_id>/timeline", responses={200: TimelineReply})
def get_timeline(path: ChargerPath, query: TimelineQuery) -> TimelineReply:
    """Read what the charger showed on one day of the location's zone: its segments, seconds and shares."""
    _refuse_hidden(path)
    site, day, segments = at().history.day(path.location_id, path.charger_id, query.date)
    return timeline_reply(site, day, segments)


@history.get("/location/<location_id>/charger/<charger_id>/uptime", responses={200: UptimeReply})
def get_uptime(path: ChargerPath, query: UptimeQuery) -> UptimeReply:
    """Read how much of a period the charger was of use.

    Of the time since it was added, up to now: the share in which it was not offline, faulted or unknown.
    """
    _refuse_hidden(path)
    until = query.until or services().clock.now()
    since = query.from_ or until - LATELY
    return uptime_reply(at().history.period(path.location_id, path.charger_id, since, until))


def _refuse_hidden(path: ChargerPath) -> None:
    """Chargers that drivers do not see have no history for them either. Raises ``NotFound``."""
    who = caller()
    if not who.is_admin:
        seen_charger(who, seen_site(who, at().sites.cached(path.location_id)), path.charger_id)

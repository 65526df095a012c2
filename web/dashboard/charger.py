"""A charger: what it shows now and showed today, its sessions, its form."""

from datetime import timedelta

from flask import Response, request

from api.schemas.charger import ChargerBody
from api.site_wiring import at
from api.views.charger import last_seen
from api.wiring import services
from model.charger import Charger
from model.instants import day_start
from services.sites.reading import charger_of
from services.sites.session_list import SessionFilter, list_sessions
from web.dashboard.fields import Field, fields_of
from web.dashboard.pages import blueprint, clock, day_asked, show

charger = blueprint("charger")
_FORM = ("connector_type", "max_power_w", "price", "idle_price", "tariffs", "enforcement", "groups", "out_of_service")
LISTED = 25
DAY_WIDTH = 1440
"""Of the drawn lane: a minute each, but on the two days a year when the clock is put on or back."""


@charger.get("/dashboard/location/<location_id>/charger/<charger_id>")
def show_charger(location_id: str, charger_id: str) -> Response:
    """The page."""
    site = at().sites.get(location_id)
    return show(
        "charger.html",
        active="home",
        site=site,
        charger=charger_of(site, charger_id),
        seen=last_seen(site, charger_of(site, charger_id)),
        fields=_form(charger_of(site, charger_id)),
        **_day(location_id, charger_id),
        **_sessions(location_id, charger_id),
    )


@charger.get("/dashboard/location/<location_id>/charger/<charger_id>/day")
def day_part(location_id: str, charger_id: str) -> Response:
    """The status timeline of one day alone."""
    site = at().sites.cached(location_id)
    return show(
        "parts/day.html",
        active="home",
        site=site,
        charger=charger_of(site, charger_id),
        **_day(location_id, charger_id),
    )


@charger.get("/dashboard/location/<location_id>/charger/<charger_id>/sessions")
def sessions_part(location_id: str, charger_id: str) -> Response:
    """A page of its sessions."""
    site = at().sites.cached(location_id)
    return show("parts/sessions.html", active="home", site=site, **_sessions(location_id, charger_id))


@charger.get("/dashboard/location/<location_id>/new_charger")
def new_charger(location_id: str) -> Response:
    """The form, empty."""
    return show("charger_form.html", active="home", site=at().sites.get(location_id), fields=_form(None))


@charger.get("/dashboard/location/<location_id>/charger/<charger_id>/session/<int:number>")
def show_session(location_id: str, charger_id: str, number: int) -> Response:
    """One session with the charts of what was measured."""
    site = at().sites.cached(location_id)
    session = at().sites.session(location_id, charger_id, number)
    return show("session.html", active="home", site=site, session=session)


def _day(location_id: str, charger_id: str) -> dict[str, object]:
    site, day, segments = at().history.day(location_id, charger_id, day_asked())
    changes = at().history.page(location_id, charger_id, page_size=10).items
    zone = site.time_zone
    midnight, next_midnight = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    a_minute_s = (next_midnight - midnight).total_seconds() / DAY_WIDTH
    bars = [
        {
            "x": (each.since - midnight).total_seconds() / a_minute_s,
            "width": each.seconds / a_minute_s,
            "segment": each,
        }
        for each in segments
    ]
    hours = [
        {"x": (instant - midnight).total_seconds() / a_minute_s, "text": clock(instant, zone)}
        for instant in (midnight + timedelta(hours=3 * number) for number in range(1, 9))
        if instant < next_midnight
    ]
    return {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "bars": bars,
        "hours": hours,
        "changes": changes,
    }


def _sessions(location_id: str, charger_id: str) -> dict[str, object]:
    site = at().sites.cached(location_id)
    wanted = SessionFilter(location_id=site.location_id, charger_id=charger_id)
    page = list_sessions(services().store, wanted, LISTED, request.args.get("page_token", ""))
    return {"sessions": page.items, "next_page_token": page.next_page_token, "charger_id": charger_id}


def _form(known: Charger | None) -> list[Field]:
    values = {}
    if known is not None:
        values = {name: getattr(known, name) for name in _FORM if name != "tariffs"}
        values["tariffs"] = [
            {"days": list(one.days), "start": one.start, "end": one.end, "price": one.price} for one in known.tariffs
        ]
    return fields_of(ChargerBody, values, only=_FORM)

"""A location's log: what was decided and why, its alerts, and a past day as a film with a slider."""

from flask import Response, jsonify, request

from api.site_wiring import at
from api.wiring import services
from model.decision import Decision
from services.accounts.names import names_of
from services.sites.film import film
from services.sites.paging import MAX_PAGE
from web.dashboard.pages import blueprint, clock, day_asked, show

log = blueprint("log")
LISTED = 50
MOST_LOOKED = 1_000
"""Decisions read for one page of alerts."""
_PEOPLE = frozenset({"user", "admin", "service"})


@log.get("/dashboard/location/<location_id>/log")
def show_log(location_id: str) -> Response:
    """Newest first; ``?alerts=1``: only what managers were warned of, for which many more are looked through."""
    site = at().sites.cached(location_id)
    alerts = bool(request.args.get("alerts"))
    token, found, looked = request.args.get("page_token", ""), list[Decision](), 0
    while True:
        page = at().sites.decisions(location_id, page_size=MAX_PAGE if alerts else LISTED, page_token=token)
        found += [one for one in page.items if not alerts or any(each.get("kind") == "Warn" for each in one.effects)]
        looked, token = looked + len(page.items), page.next_page_token
        if not alerts or not token or len(found) >= LISTED or looked >= MOST_LOOKED:
            break
    names = names_of(services().store, {one.actor.id for one in found if one.actor.kind in _PEOPLE})
    return show(
        "log.html",
        active="home",
        tab="log",
        site=site,
        decisions=found,
        alerts=alerts,
        looked=looked,
        names=names,
        next_page_token=token,
    )


@log.get("/dashboard/location/<location_id>/film")
def show_film(location_id: str) -> Response:
    """The page; its pictures come after it."""
    return show("film.html", active="home", tab="film", site=at().sites.cached(location_id))


@log.get("/dashboard/location/<location_id>/film.json")
def pictures(location_id: str) -> Response:
    """``{date, whole, pictures: [{version, clock, summary, alerts, waiting, first, changed}]}``; ``?date=``.

    ``changed``: chargers that show something else than in the picture before; a state of ``""``: gone.
    """
    site = at().sites.cached(location_id)
    found = film(services().store, services().clock, at().sites, location_id, day_asked())
    shown = [
        {
            "version": one.version,
            "clock": clock(one.at, site.time_zone),
            "summary": one.summary,
            "alerts": one.alerts,
            "waiting": one.waiting,
            "first": one.first,
            "changed": [{"id": name, "state": state, "who": who} for name, state, who in one.changed],
        }
        for one in found.pictures
    ]
    return jsonify({"date": found.day.isoformat(), "whole": found.whole, "pictures": shown})

"""A location's log: what was decided and why, its alerts, and a past day as a film with a slider."""

from flask import Response, jsonify, request

from api.site_wiring import at
from api.wiring import services
from services.sites.film import film
from web.dashboard.pages import blueprint, clock, day_asked, show

log = blueprint("log")
LISTED = 50


@log.get("/dashboard/location/<location_id>/log")
def show_log(location_id: str) -> Response:
    """Newest first; ``?alerts=1``: only what managers were warned of."""
    site = at().sites.cached(location_id)
    page = at().sites.decisions(location_id, page_size=LISTED, page_token=request.args.get("page_token", ""))
    alerts = bool(request.args.get("alerts"))
    decisions = [one for one in page.items if not alerts or any(each.get("kind") == "Warn" for each in one.effects)]
    return show(
        "log.html",
        active="home",
        tab="log",
        site=site,
        decisions=decisions,
        alerts=alerts,
        next_page_token=page.next_page_token,
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

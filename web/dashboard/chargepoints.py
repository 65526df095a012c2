"""Charge points: those known and those that knock; one with what it told, its configuration and commands to it."""

from flask import Response, request

from api.site_wiring import at
from api.views.records import records_reply
from services.chargepoints.actions import ACTIONS
from web.dashboard.pages import blueprint, show

chargepoints = blueprint("chargepoints")
NOTICES = 25
CARDS = 25


@chargepoints.get("/dashboard/chargepoints")
def list_charge_points() -> Response:
    """The page."""
    known = at().registry.all()
    at().last_seen.look_at(known)
    sites = [site for site in at().sites.all() if not site.retired]
    return show(
        "chargepoints.html",
        active="chargepoints",
        known=[at().last_seen.shown(each) for each in known],
        unknown=at().unknown.all(),
        sites=sites,
    )


@chargepoints.get("/dashboard/chargepoint/<charge_point_id>")
def show_charge_point(charge_point_id: str) -> Response:
    """One of them."""
    charge_point = at().registry.get(charge_point_id)
    at().last_seen.look_at([charge_point])
    records = records_reply(at().records.all(charge_point_id)).records
    notices = at().notices.page(charge_point_id, "", NOTICES, request.args.get("page_token", ""))
    return show(
        "chargepoint.html",
        active="chargepoints",
        point=at().last_seen.shown(charge_point),
        records=records,
        notices=notices.items,
        cards=at().authorizations.of_charge_point(charge_point_id, CARDS),
        actions=sorted(ACTIONS),
    )

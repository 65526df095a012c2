"""Where a location's managers are told together: named in its settings, and tried by a message."""

from flask import Response

from api.site_wiring import at
from api.wiring import caller, services
from model.site import Site
from services.accounts.names import user_with_id
from services.notifying.trying import try_ways, ways_at
from web.dashboard.pages import blueprint, show

channels = blueprint("channels")


@channels.post("/dashboard/location/<location_id>/channels")
def try_channels(location_id: str) -> Response:
    """Send the message; the part of the page with what came of it."""
    site = at().sites.cached(location_id)
    tried = try_ways(services(), site, user_with_id(services().store, caller().user_id))
    return show("parts/channels.html", active="home", site=site, ways=ways_of(site), tried=tried)


def ways_of(site: Site) -> list[str]:
    """By name, without addresses."""
    return ways_at(services(), site.location_id)

"""The first page: every location on a list and on a map, and how its chargers stand."""

from flask import Response

from api.site_wiring import at
from api.wiring import services
from model.errors import NotFound
from model.site import Site
from web.dashboard.pages import blueprint, show

home = blueprint("home")


@home.get("/dashboard/")
def list_locations() -> Response:
    """The page."""
    return show("home.html", active="home", sites=_sites(), tiles=services().configuration.tiles)


@home.get("/dashboard/parts/locations")
def locations_part() -> Response:
    """The list alone, as it is now."""
    return show("parts/locations.html", active="home", sites=_sites())


@home.get("/dashboard/<path:place>")
def nothing(place: str) -> Response:
    """What no page is at."""
    del place
    raise NotFound("not_found", "There is no such page.")


def _sites() -> list[Site]:
    return sorted(at().sites.all(), key=lambda site: (site.retired, (site.name or site.location_id).casefold()))

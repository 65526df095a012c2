"""A location's building: what it takes now, and its day as charts."""

from flask import Response

from api.site_wiring import at
from api.views.building import phases_of
from api.wiring import services
from model.instants import day_start, local_day, to_text
from web.dashboard.pages import blueprint, show

building = blueprint("building")


@building.get("/dashboard/location/<location_id>/building")
def show_building(location_id: str) -> Response:
    """The page: its line, and charts since midnight."""
    site = at().sites.cached(location_id)
    midnight = day_start(local_day(services().clock.now(), site.time_zone), site.time_zone)
    return show("building.html", active="home", site=site, midnight=to_text(midnight), **line(location_id))


@building.get("/dashboard/location/<location_id>/building/now")
def building_part(location_id: str) -> Response:
    """The line alone."""
    site = at().sites.cached(location_id)
    return show("parts/building.html", active="home", site=site, **line(location_id))


def line(location_id: str) -> dict[str, object]:
    """What the line shows; ``building`` None: no meter was heard of (1 read)."""
    newest = at().building_readings.newest(location_id)
    if newest is None:
        return {"building": None}
    now = services().clock.now()
    return {
        "building": newest.reading,
        "building_phases": phases_of(newest.reading),
        "building_age_s": round(newest.age(now).total_seconds()),
        "building_stale": newest.is_stale(now),
    }

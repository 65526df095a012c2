"""`location/<l>/building`: what a building takes at its grid connection, now and over time."""

from api.resource import Resource
from api.schemas.building import BuildingQuery, BuildingReply, BuildingSeriesReply
from api.schemas.location import LocationPath
from api.site_wiring import at
from api.views.building import building_reply, building_series_reply
from api.views.measurements import wanted_of

building = Resource("building", "The meters of locations' grid connections.")


@building.get("/location/<location_id>/building", responses={200: BuildingReply})
def get_building(path: LocationPath) -> BuildingReply:
    """Read what a location's building takes: the newest sample that was told, how old it is, and whether too old.

    404 `no_building_meter` where no bridge told of one yet.
    """
    readings = at().building_readings
    return building_reply(readings.needed(path.location_id), readings.now())


@building.get("/location/<location_id>/building/measurements", responses={200: BuildingSeriesReply})
def get_building_measurements(path: LocationPath, query: BuildingQuery) -> BuildingSeriesReply:
    """Read the series of a location's building: of the last day, or of a time, 31 days at most.

    With `points` each series is thinned for a chart: the mean, the least and the greatest value of each stretch.
    """
    return building_series_reply(at().building_readings.series(path.location_id, wanted_of(query)))

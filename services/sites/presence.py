"""Services: whether somebody who joins is where the location wants them to be."""

from math import asin, cos, radians, sin, sqrt

from model.settings import Presence
from model.site import Site

EARTH_RADIUS_M = 6_371_000


def is_present(site: Site, latitude: float | None, longitude: float | None) -> bool:
    """Whether a position proves presence: the location asks for one, and it is within its radius."""
    if site.settings.presence is not Presence.RADIUS:
        return False
    if latitude is None or longitude is None or site.latitude is None or site.longitude is None:
        return False
    return distance_m(site.latitude, site.longitude, latitude, longitude) <= site.settings.presence_radius_m


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance of two positions in degrees, in metres (haversine)."""
    up, right = radians(other_latitude - latitude), radians(other_longitude - longitude)
    chord = sin(up / 2) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(right / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))

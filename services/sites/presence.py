"""Services: whether somebody who joins is where the location wants them to be, and the codes that prove it.

A code is one charger's. It comes from a secret of the location, so what is printed holds until an admin renews that.
"""

import base64
import hashlib
import hmac
from math import asin, cos, radians, sin, sqrt

from model.errors import Forbidden
from model.ids import fold
from model.settings import Presence
from model.site import Site

EARTH_RADIUS_M = 6_371_000
CODE_BYTES = 8
CODE_CHARS = 10
"""50 bits, short enough to be typed."""


def codes_of(site: Site) -> dict[str, str]:
    """The code of each charger that stands there, by its id."""
    return {
        charger.charger_id: _code(site.presence_secret, charger.charger_id)
        for charger in site.chargers.values()
        if not charger.retired
    }


def proves(site: Site, code: str) -> bool:
    """Whether it is the code of one of the location's chargers; takes as long for one that is nearly right."""
    if not site.presence_secret:
        return False
    given = "".join(code.split()).replace("-", "").upper().encode()
    return any([hmac.compare_digest(given, one.encode()) for one in codes_of(site).values()])  # noqa: C419 -- all of them


def refuse_wrong_code(site: Site, code: str) -> None:
    """Raise ``Forbidden`` where the location asks for presence and this is no code of it."""
    if site.settings.presence is not Presence.NONE and not proves(site, code):
        raise Forbidden("wrong_code", "This is no code of this location, or not any more.", field="code")


def _code(secret: str, charger_id: str) -> str:
    digest = hmac.digest(secret.encode(), fold(charger_id).encode(), hashlib.sha256)
    return base64.b32encode(digest[:CODE_BYTES]).decode()[:CODE_CHARS]


def is_present(site: Site, latitude: float | None, longitude: float | None, code: str | None = None) -> bool:
    """Whether a charger's code proves presence, or a position: the location asks for one, and it is within its radius.

    Raises ``Forbidden`` for a wrong code.
    """
    if code is not None:
        refuse_wrong_code(site, code)
        return True
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

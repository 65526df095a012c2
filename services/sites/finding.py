"""Services: locations by a word of their name, id or address, and by distance."""

from collections.abc import Iterable
from dataclasses import dataclass

from model.ids import fold
from model.site import Site
from services.sites.presence import distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; nothing: everything. Positions in degrees."""

    search: str = ""
    near: tuple[float, float] | None = None
    within_m: int | None = None


def found(sites: Iterable[Site], wanted: Wanted) -> list[tuple[Site, int | None]]:
    """The sites that fit, with their distance in metres: nearest first, or without ``near`` by id.

    With a distance asked for, sites without a position are left out; without one they come last.
    """
    word = fold(wanted.search.strip())
    fitting = [(site, _distance(site, wanted)) for site in sites if _named(site, word)]
    if wanted.within_m is not None:
        fitting = [(site, away) for site, away in fitting if away is not None and away <= wanted.within_m]
    return sorted(fitting, key=lambda one: (one[1] is None, one[1] or 0, fold(one[0].location_id)))


def _named(site: Site, word: str) -> bool:
    return not word or any(word in fold(text) for text in (site.name, site.location_id, site.address))


def _distance(site: Site, wanted: Wanted) -> int | None:
    if wanted.near is None or site.latitude is None or site.longitude is None:
        return None
    return round(distance_m(*wanted.near, site.latitude, site.longitude))

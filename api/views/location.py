"""A location as a caller sees it."""

import base64
from collections.abc import Sequence

from api.paging import PageQuery
from api.schemas.location import Location, LocationReply, LocationsReply
from api.schemas.settings import settings_model
from api.views.charger import charger_models, visible
from api.views.queue import queue_items
from model.errors import Invalid, NotFound
from model.ids import fold, key
from model.site import Site
from services.caller import Caller


def seen_site(who: Caller | None, site: Site) -> Site:
    """The site, if the caller may know of it: retired ones are for admins. Raises :class:`NotFound`."""
    if site.retired and (who is None or not who.is_admin):
        raise NotFound("location_not_found", f"There is no location {site.location_id!r}.")
    return site


def location_model(who: Caller | None, site: Site, distance_m: int | None = None) -> Location:
    """The location with its chargers and its queue."""
    is_admin = who is not None and who.is_admin
    return Location(
        location_id=site.location_id,
        name=site.name,
        address=site.address,
        latitude=site.latitude,
        longitude=site.longitude,
        time_zone=site.time_zone,
        description=site.description,
        currency=site.currency,
        chargers=charger_models(who, site),
        queue=queue_items(who, site),
        waiting=len(site.queue),
        reset_queue_daily=site.settings.reset_queue_daily,
        station_state=site.station_state,
        free=sum(charger.free for charger in site.chargers.values() if visible(who, site, charger)),
        distance_m=distance_m,
        settings=settings_model(site.settings),
        notes=site.notes if is_admin else None,
        retired=site.retired if is_admin else None,
    )


def location_reply(who: Caller | None, site: Site) -> LocationReply:
    """The reply about one location."""
    return LocationReply(location=location_model(who, site))


def locations_reply(who: Caller | None, sites: Sequence[tuple[Site, int | None]], page: PageQuery) -> LocationsReply:
    """One page of the locations, in the order in which they come, each with its distance."""
    seen = [one for one in sites if not one[0].retired or (who is not None and who.is_admin)]
    after = _after(page.page_token)
    if after is not None:
        names = [fold(site.location_id) for site, _ in sites]
        if after in names:
            passed = set(names[: names.index(after) + 1])
            seen = [one for one in seen if fold(one[0].location_id) not in passed]
        else:  # It is gone, and with it its place: by id the list still goes on behind it.
            seen = [one for one in seen if fold(one[0].location_id) > after]
    shown = seen[: page.page_size]
    return LocationsReply(
        locations=[location_model(who, site, distance_m) for site, distance_m in shown],
        next_page_token=key(shown[-1][0].location_id) if len(seen) > len(shown) else None,
    )


def _after(page_token: str | None) -> str | None:
    """The folded id behind which the page begins: tokens are ids as document keys are."""
    if page_token is None:
        return None
    try:
        after = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise Invalid("invalid_page_token", "page_token is none this list gave.", field="page_token") from error
    if key(after) != page_token:
        raise Invalid("invalid_page_token", "page_token is none this list gave.", field="page_token")
    return after

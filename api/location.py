"""`location…`: sites, what admins keep of them, and the audit log."""

from typing import Any

from api.etag import expected
from api.idempotency import once
from api.paging import PageQuery
from api.resource import Resource
from api.schemas.base import Done
from api.schemas.decision import DecisionsReply, decisions_reply
from api.schemas.location import (
    LocationBody,
    LocationPath,
    LocationReply,
    LocationsQuery,
    LocationsReply,
    NewLocationBody,
    put_location_of,
)
from api.site_wiring import actor, at
from api.views.location import location_reply, locations_reply, seen_site
from api.wiring import asking
from model.site import Site
from services.sites.finding import found
from services.sites.keeping import Must

location = Resource("location", "Sites: their chargers, their queue, their settings.")

_RETIRED = Done(message="The location is closed for good; its sessions are kept.")


@location.get("/location", responses={200: LocationsReply})
def list_locations(query: LocationsQuery) -> LocationsReply:
    """List the locations by id, or nearest first, at most 30 s old.

    Closed locations are shown to admins only, queues to those who are logged in.
    """
    return locations_reply(asking(), found(at().sites.all(), query.wanted()), query)


@location.get("/location/<location_id>", responses={200: LocationReply})
def get_location(path: LocationPath) -> LocationReply:
    """Read a location with its chargers and its queue.

    Without a token the queue is empty and only `waiting` says how many wait. Chargers out of service or never heard of
    are shown to admins only.
    """
    who = asking()
    return location_reply(who, seen_site(who, at().sites.get(path.location_id)))


@location.post("/location/<location_id>", responses={201: LocationReply})
def create_location(path: LocationPath, body: NewLocationBody) -> tuple[LocationReply, int]:
    """Make a location; 409 if it is there already.

    The id is 1 to 64 characters without space, `:` or `/`, shown as written and compared without regard to case.
    """
    decided = at().keeping.put_location(
        path.location_id, put_location_of(body), actor(), Must.BE_NEW, once=once(_reply_after, 201)
    )
    return _reply(decided.site), 201


@location.put("/location/<location_id>", responses={200: LocationReply, 201: LocationReply})
def put_location(path: LocationPath, body: LocationBody) -> tuple[LocationReply, int]:
    """Make a location, or replace all that can be written of it.

    What is left out becomes its default. Chargers, queue and history stay.
    """
    decided = at().keeping.put_location(
        path.location_id, put_location_of(body), actor(), once=once(_reply_after), expected=expected(_reply)
    )
    return _reply(decided.site), 201 if decided.site.version == 1 else 200


@location.patch("/location/<location_id>", responses={200: LocationReply})
def patch_location(path: LocationPath, body: LocationBody) -> LocationReply:
    """Change what is given of a location and of its settings.

    What is left out stays, setting by setting.
    """
    decided = at().keeping.change_location(
        path.location_id,
        lambda site: put_location_of(body, site),
        actor(),
        once=once(_reply_after),
        expected=expected(_reply),
    )
    return _reply(decided.site)


@location.delete("/location/<location_id>", responses={200: Done})
def retire_location(path: LocationPath) -> Done:
    """Close a location for good.

    409 while anybody waits, holds or charges there. Its sessions are kept.
    """
    at().keeping.retire_location(path.location_id, actor(), once=once(lambda _: _RETIRED), expected=expected(_reply))
    return _RETIRED


@location.get("/location/<location_id>/decisions", responses={200: DecisionsReply})
def list_decisions(path: LocationPath, query: PageQuery) -> DecisionsReply:
    """Read the audit log, newest first.

    Each decision keeps what was asked, what was compared, what was decided and why, and what is still to be sent.
    """
    at().sites.cached(path.location_id)
    page = at().sites.decisions(path.location_id, page_size=query.page_size, page_token=query.page_token or "")
    return decisions_reply(page.items, page.next_page_token)


def _reply(site: Site) -> LocationReply:
    return location_reply(asking(), site)


def _reply_after(decided: Any) -> LocationReply:
    return _reply(decided.site)

"""Services: a site as its document and back: the fields that are queried, and everything else in one body."""

from typing import Any

from model import paths
from model.documents import from_json
from model.errors import Invalid, NotFound
from model.ids import check_place_id
from model.schemas import check_schema
from model.site import Site
from services.sites.packing import pack, unpack


def site_path(location_id: str) -> str:
    """Where the site lives. Raises :class:`NotFound` for an id no location can have."""
    try:
        check_place_id(location_id, "location_id")
    except Invalid as error:
        raise no_location(location_id) from error
    return paths.location(location_id)


def no_location(location_id: str) -> NotFound:
    """The refusal for a location that is not there."""
    return NotFound("location_not_found", f"There is no location {location_id!r}.")


def site_document(site: Site, site_json: bytes) -> dict[str, Any]:
    """The document of a site whose JSON is ``site_json``."""
    return {
        "location_id": site.location_id,
        "version": site.version,
        "schema": site.schema,
        "next_due_at": site.next_due_at,
        "retired": site.retired,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "body": pack(site_json),
    }


def site_of(data: dict[str, Any]) -> Site:
    """The site a document holds. Raises :class:`model.documents.CorruptNoun`, ``Unavailable`` for a newer schema."""
    check_schema(paths.LOCATIONS, data)
    return from_json(Site, unpack(data.get("body")))

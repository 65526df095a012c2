"""A location: its chargers and its queue as they are now; its description and settings as one form."""

from flask import Response, request

from api.schemas.location import LocationBody
from api.schemas.settings import SettingsModel, settings_model
from api.site_wiring import at
from api.views.charger import last_seen
from model.site import MAX_WAITING, Site
from services.sites.explaining import reasons_of, stands_by_lock
from web.dashboard.building import line
from web.dashboard.channels import ways_of
from web.dashboard.fields import Field, fields_of
from web.dashboard.pages import blueprint, show

location = blueprint("location")
LISTED = 50
"""Of those who wait, unless all are asked for: the part is renewed every few seconds."""
_DESCRIBED = ("name", "address", "latitude", "longitude", "time_zone", "currency", "description", "notes")


@location.get("/dashboard/location/<location_id>")
def show_location(location_id: str) -> Response:
    """The page."""
    return show("location.html", active="home", tab="now", **_now(location_id), **line(location_id))


@location.get("/dashboard/location/<location_id>/now")
def now_part(location_id: str) -> Response:
    """Chargers and queue alone, as they are now."""
    return show("parts/now.html", active="home", **_now(location_id))


@location.get("/dashboard/location/<location_id>/settings")
def show_settings(location_id: str) -> Response:
    """The form, with what is set."""
    site = at().sites.get(location_id)
    return show("location_form.html", active="home", tab="settings", site=site, ways=ways_of(site), **_form(site))


@location.get("/dashboard/new")
def new_location() -> Response:
    """The same form, empty."""
    return show("location_form.html", active="home", tab="settings", site=None, **_form(None))


def _now(location_id: str) -> dict[str, object]:
    site = at().sites.get(location_id)
    most = MAX_WAITING + 1 if request.args.get("all") else LISTED
    return {
        "site": site,
        "running": at().running.at(site),
        "seen": {charger.charger_id: last_seen(site, charger) for charger in site.chargers.values()},
        "kept": {entry.entry_id for entry in site.queue[:most] if stands_by_lock(site, entry)},
        "reasons": {entry.entry_id: reasons_of(site, entry, own=False) for entry in site.queue[:most]},
        "most": most,
    }


def _form(site: Site | None) -> dict[str, list[Field]]:
    settings = SettingsModel() if site is None else settings_model(site.settings)
    described = {} if site is None else {name: getattr(site, name) for name in _DESCRIBED}
    return {
        "description": fields_of(LocationBody, described, only=_DESCRIBED),
        "settings": fields_of(SettingsModel, settings.model_dump(mode="json"), prefix="settings."),
    }

"""Locations as they travel."""

import re
from dataclasses import replace
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from api.paging import PageQuery
from api.schemas.base import Body, OptionalBody, Path, Reply
from api.schemas.charger import LINE, Charger
from api.schemas.queue import QueueItem
from api.schemas.settings import SettingsModel, settings_from
from model.charger import StationState
from model.site import Site
from services.sites.finding import Wanted
from services.sites.keeping import PutLocation


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _existing_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a time zone of the IANA data base, such as Europe/Helsinki")
    return name


Line = StringConstraints(max_length=200, pattern=LINE)
Prose = StringConstraints(max_length=5000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_existing_zone)]


MOST_M = 50_000_000
"""More than around the world."""
MOST_LATITUDE = 90
MOST_LONGITUDE = 180
_POSITION = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*", re.ASCII)


class LocationPath(Path):
    """A location's address."""

    location_id: str = Field(description="Upper and lower case are the same.")


class LocationBody(Body):
    """What an admin says of a location. On change (PATCH), what is left out stays as it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: Annotated[str, Line] = ""
    address: Annotated[str, Prose] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Degrees, together with `longitude`."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    time_zone: TimeZone = "UTC"
    """IANA name: the location's midnight and opening hours."""
    description: Annotated[str, Prose] = ""
    notes: Annotated[str, Prose] = ""
    """Read by admins only."""
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    """ISO 4217, such as EUR."""
    reset_queue_daily: bool = True
    """The same as `settings.reset_queue_daily`."""
    settings: SettingsModel = SettingsModel()

    @model_validator(mode="after")
    def _one_word_on_resetting(self) -> "LocationBody":
        twice = "reset_queue_daily" in self.model_fields_set & self.settings.model_fields_set
        if twice and self.reset_queue_daily != self.settings.reset_queue_daily:
            raise ValueError("reset_queue_daily and settings.reset_queue_daily differ")
        return self

    @model_validator(mode="after")
    def _whole_position(self) -> "LocationBody":
        if ("latitude" in self.model_fields_set) != ("longitude" in self.model_fields_set) or (
            (self.latitude is None) != (self.longitude is None)
        ):
            raise ValueError("send latitude and longitude together")
        return self


class NewLocationBody(LocationBody, OptionalBody):
    """A new location; what is left out has its default."""


class Location(Reply):
    """A site: its chargers, its queue and its settings."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    description: str
    currency: str
    """ISO 4217, or empty."""
    chargers: list[Charger]
    queue: list[QueueItem]
    """Empty to those who are not logged in."""
    waiting: int
    """How many wait."""
    reset_queue_daily: bool
    station_state: StationState
    """Its best charger's."""
    free: int
    """How many chargers are free now."""
    distance_m: int | None
    """From `near`, in a list that was asked for by it; else null."""
    settings: SettingsModel
    notes: str | None
    """To admins only."""
    retired: bool | None
    """To admins only."""


class LocationsQuery(PageQuery):
    """Which locations, and how many at once."""

    search: str = Field(default="", max_length=200, description="Part of the name, the id or the address.")
    near: str | None = Field(default=None, max_length=64, description="`latitude,longitude` in degrees: nearest first.")
    within_m: int | None = Field(default=None, ge=0, le=MOST_M, description="At most so far from `near`, in metres.")

    @field_validator("near")
    @classmethod
    def _position(cls, near: str | None) -> str | None:
        if near is not None:
            _degrees(near)
        return near

    @model_validator(mode="after")
    def _within_of_something(self) -> "LocationsQuery":
        if self.within_m is not None and self.near is None:
            raise ValueError("send near with within_m")
        return self

    def wanted(self) -> Wanted:
        """What is looked for."""
        near = None if self.near is None else _degrees(self.near)
        return Wanted(search=self.search, near=near, within_m=self.within_m)


def _degrees(text: str) -> tuple[float, float]:
    """A position. Raises ``ValueError`` for what is none."""
    match = _POSITION.fullmatch(text)
    latitude, longitude = (float(match[1]), float(match[2])) if match else (91.0, 181.0)
    if not (abs(latitude) <= MOST_LATITUDE and abs(longitude) <= MOST_LONGITUDE):
        raise ValueError("must be latitude,longitude in degrees, such as 60.17,24.94")
    return latitude, longitude


class LocationReply(Reply):
    """One location."""

    location: Location


class LocationsReply(Reply):
    """All locations, by id."""

    locations: list[Location]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


def put_location_of(body: LocationBody, site: Site | None = None) -> PutLocation:
    """What a body asks for: everything, or with ``site`` only what it gives on top of that."""
    given = body.model_fields_set if site is not None else set(LocationBody.model_fields)
    settings = settings_from(body.settings, site.settings if site is not None else None)
    if "reset_queue_daily" in body.model_fields_set:
        settings = replace(settings, reset_queue_daily=body.reset_queue_daily)
    fields = {name: getattr(body, name) for name in _PLAIN if name in given}
    return PutLocation(
        **fields,
        settings=settings if given & {"settings", "reset_queue_daily"} else None,
        cleared=tuple(name for name in ("latitude", "longitude") if name in given and fields[name] is None),
    )


_PLAIN = ("name", "address", "latitude", "longitude", "time_zone", "description", "notes", "currency")

"""Locations as they travel."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from api.schemas.base import Body, Path, Query, Reply
from api.schemas.charger import Charger, StationStateName
from api.schemas.queue import QueueItem
from api.schemas.settings import SettingsModel


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _existing_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a time zone of the IANA data base, such as Europe/Helsinki")
    return name


Line = StringConstraints(max_length=200, pattern=r"^[^\p{C}]*$")
Prose = StringConstraints(max_length=5000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_existing_zone)]


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
    station_state: StationStateName
    """Its best charger's."""
    free: int
    """How many chargers are free now."""
    settings: SettingsModel
    notes: str | None
    """To admins only."""
    retired: bool | None
    """To admins only."""


class LocationReply(Reply):
    """One location."""

    location: Location


class LocationsReply(Reply):
    """All locations, by id."""

    locations: list[Location]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


class PageQuery(Query):
    """Which part of a long list."""

    page_size: int = Field(default=50, ge=1, le=200, description="How many at once.")
    page_token: str = Field(default="", max_length=500, description="From the page before.")


class Decision(Reply):
    """One change of a site, as the audit log keeps it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: int
    at: str
    """ISO 8601."""
    actor: "DecisionActor"
    summary: str
    """What happened and why, for people."""
    inputs: list[dict[str, object]]
    """What was asked or reported."""
    people: dict[str, dict[str, object]]
    """What the rules knew of each person they looked at, by user id."""
    effects: list[dict[str, object]]
    pending: list[str]
    """Ids of the effects not carried out yet."""
    request_id: str


class DecisionActor(Reply):
    """Who asked."""

    kind: str
    id: str


class DecisionsReply(Reply):
    """A page of the audit log, newest first."""

    decisions: list[Decision]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")

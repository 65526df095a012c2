"""`station…`: the paths of an earlier charging-station system; its station is our charger, `location:charger`.

Every path but the list is another name of a route of ours and calls its view: the table says which.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, Field

from api.charger import get_charger
from api.charging import (
    cancel_reservation,
    get_last_charge,
    get_last_reservation,
    get_last_usage,
    reserve_charger,
    start_charging,
    stop_charging,
)
from api.paging import PageQuery
from api.resource import PREFIX, Resource
from api.schemas.base import Done, Path
from api.schemas.charger import ChargerPath, ChargerReply
from api.schemas.charging import ChargingReply, LastChargeReply, ReservationReply
from api.schemas.queue import OfferReply
from api.schemas.session import SessionReply
from api.schemas.station import StationsReply
from api.site_wiring import at
from api.views.charger import charger_model, visible
from api.wiring import asking
from model.errors import Invalid, NotFound
from model.ids import fold, key

station = Resource("station", "The chargers by the paths of an earlier system: other names of the routes above.")


class StationPath(Path):
    """A charger's address in one word."""

    station_id: str = Field(description="`location:charger`, as a QR code has it; the colon may be percent-encoded.")

    def charger(self) -> ChargerPath:
        """The address in two. Raises :class:`NotFound` for a word that names no charger."""
        location_id, colon, charger_id = self.station_id.partition(":")
        if not (location_id and colon and charger_id):
            raise NotFound("station_not_found", f"There is no station {self.station_id!r}; it is location:charger.")
        return ChargerPath(location_id=location_id, charger_id=charger_id)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a route: ``view`` answers both."""

    method: str
    rule: str
    view: Callable[..., Any]
    target: str
    responses: Mapping[str | int, type[BaseModel] | dict[Any, Any] | None]


_CHARGER = "/location/<location_id>/charger/<charger_id>"
_STATION = "/station/<station_id>"
ALIASES: tuple[Alias, ...] = (
    Alias("GET", _STATION, get_charger, _CHARGER, {200: ChargerReply}),
    Alias("POST", f"{_STATION}/reserve", reserve_charger, f"{_CHARGER}/reserve", {201: OfferReply}),
    Alias(
        "POST", f"{_STATION}/cancel_reservation", cancel_reservation, f"{_CHARGER}/cancel_reservation", {200: Done}
    ),
    Alias("POST", f"{_STATION}/start_charging", start_charging, f"{_CHARGER}/start_charging", {202: ChargingReply}),
    Alias("POST", f"{_STATION}/stop_charging", stop_charging, f"{_CHARGER}/stop_charging", {202: ChargingReply}),
    Alias("GET", f"{_STATION}/last_charge", get_last_charge, f"{_CHARGER}/last_charge", {200: LastChargeReply}),
    Alias(
        "GET", f"{_STATION}/last_reservation", get_last_reservation, f"{_CHARGER}/last_reservation",
        {200: ReservationReply},
    ),
    Alias("GET", "/user/last_charge", get_last_usage, "/user/last_usage", {200: SessionReply}),
)  # fmt: skip


@station.get("/station", responses={200: StationsReply})
def list_stations(query: PageQuery) -> StationsReply:
    """List the chargers of all locations by location and charger, at most 30 s old.

    Chargers out of service or never heard of are shown to admins only.
    """
    who = asking()
    stations = {
        (fold(site.location_id), charger_key): (site, charger)
        for site in at().sites.all()
        for charger_key, charger in site.chargers.items()
        if visible(who, site, charger)
    }
    after = _after(query.page_token)
    names = [name for name in sorted(stations) if after is None or name > after]
    shown = names[: query.page_size]
    return StationsReply(
        stations=[charger_model(*stations[name]) for name in shown],
        next_page_token=key(":".join(shown[-1])) if len(names) > len(shown) else None,
    )


def _after(page_token: str | None) -> tuple[str, str] | None:
    """The station behind which the page begins: tokens are ids as document keys are."""
    if page_token is None:
        return None
    try:
        text = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise _no_token() from error
    location_id, _, charger_id = text.partition(":")
    if key(text) != page_token or not charger_id:
        raise _no_token()
    return location_id, charger_id


def _no_token() -> Invalid:
    return Invalid("invalid_page_token", "page_token is none this list gave.", field="page_token")


def _called_otherwise(alias: Alias) -> Callable[..., Any]:
    """The view of an alias: the target's, given the charger that the station's word names."""
    hints = get_type_hints(alias.view)
    at_a_station = "path" in hints

    def view(**given: Any) -> Any:
        if at_a_station:
            given["path"] = given["path"].charger()
        return alias.view(**given)

    view.__name__ = f"{alias.view.__name__}_as_{'station' if at_a_station else 'alias'}"
    view.__doc__ = alias.view.__doc__
    view.__annotations__ = {**hints, "path": StationPath} if at_a_station else hints
    return view


for _alias in ALIASES:
    _register = {"GET": station.get, "POST": station.post}[_alias.method]
    _register(
        _alias.rule,
        responses=dict(_alias.responses),
        openapi_extensions={"x-alias-of": PREFIX + _alias.target.replace("<", "{").replace(">", "}")},
    )(_called_otherwise(_alias))

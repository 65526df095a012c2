"""A charger as a caller sees it."""

from datetime import datetime

from api.schemas.charger import Charger as ChargerModel
from api.schemas.charger import ChargerReply, ChargersReply
from api.schemas.settings import windows_model
from api.site_wiring import hour_seen
from model.account import ScopeKind
from model.charger import Charger, StationState
from model.errors import NotFound
from model.ids import fold
from model.instants import to_text
from model.site import Site
from services.caller import Caller
from services.money.prices import tariff_of
from services.sites.reading import no_charger

HIDDEN = frozenset({StationState.DISMISSED, StationState.UNDEFINED})
"""Chargers drivers do not see."""


def visible(who: Caller | None, site: Site, charger: Charger) -> bool:
    """Whether the caller may know of it: admins of all that stand, a unit of its own, drivers of what they can use."""
    if charger.retired:
        return False
    if who is not None and (who.is_admin or _bound_to(who, site, charger)):
        return True
    if charger.station_state not in HIDDEN and not site.retired:
        return True
    session = charger.session
    if who is None or session is None or session.entry is None:
        return False
    return session.entry.member.user_id == who.user_id


def _bound_to(who: Caller, site: Site, charger: Charger) -> bool:
    scope = who.scope
    if scope is None or scope.kind is not ScopeKind.CHARGER:
        return False
    return fold(scope.id) == fold(f"{site.location_id}:{charger.charger_id}")


def seen_charger(who: Caller | None, site: Site, charger_id: str) -> Charger:
    """The charger, if the caller may know of it. Raises :class:`NotFound`."""
    charger = site.chargers.get(fold(charger_id))
    if charger is None or not visible(who, site, charger):
        raise NotFound("charger_not_found", f"There is no charger {charger_id!r} at {site.location_id!r}.")
    return charger


def charger_model(site: Site, charger: Charger) -> ChargerModel:
    """The charger as it travels; the same for everybody who may see it."""
    tariff = tariff_of(site, charger)
    return ChargerModel(
        location_id=site.location_id,
        charger_id=charger.charger_id,
        state=charger.state,
        active_session=charger.session.number if charger.session is not None else None,
        plugged=charger.plugged,
        blocked=charger.blocked_at is not None,
        enforcement=charger.enforcement,
        has_charge_point=bool(charger.charge_point_id),
        connector_type=charger.connector_type,
        max_power_w=charger.max_power_w,
        price=tariff.price,
        tariffs=windows_model(tariff.windows),
        idle_price=tariff.idle_price,
        station_state=charger.station_state,
        groups=list(charger.groups or site.settings.groups),
        last_seen_at=to_text(last_seen(site, charger)),
    )


def charger_models(who: Caller | None, site: Site) -> list[ChargerModel]:
    """The chargers the caller may know of, in the order in which they were added."""
    return [charger_model(site, charger) for charger in site.chargers.values() if visible(who, site, charger)]


def charger_reply(site: Site, charger_id: str) -> ChargerReply:
    """The reply about one charger, retired or not. Raises ``NotFound``."""
    charger = site.chargers.get(fold(charger_id))
    if charger is None:
        raise no_charger(site.location_id, charger_id)
    return ChargerReply(charger=charger_model(site, charger))


def chargers_reply(who: Caller | None, site: Site) -> ChargersReply:
    """The reply about a location's chargers."""
    return ChargersReply(chargers=charger_models(who, site))


def last_seen(site: Site, charger: Charger) -> datetime | None:
    """When the charger was heard last: what the site knows of, and the hour while it is there."""
    link = site.links.get(charger.charge_point_id)
    heard = [cursor.heard_at for cursor in link.cursors.values()] if link is not None else []
    known = (*heard, charger.status_at, hour_seen(site, charger))
    return max((instant for instant in known if instant is not None), default=None)

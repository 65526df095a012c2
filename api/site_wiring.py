"""What the views around sites reach for: their services, and who is acting."""

from datetime import datetime

from flask import has_app_context

from api.wiring import caller, services
from model.account import Scope
from model.charger import Charger
from model.decision import Actor
from model.errors import Forbidden
from model.site import Site
from services.site_services import SiteServices


def at() -> SiteServices:
    """The services of this app that work on sites."""
    found = services().sites
    if found is None:
        raise RuntimeError("this app was made without the services of sites")
    return found


def actor() -> Actor:
    """Who a decision's record names: the caller, also where an admin acts for another user."""
    who = caller()
    return Actor(kind=who.type.value, id=who.user_id)


def scope() -> Scope:
    """What the calling unit's token is bound to. Raises :class:`Forbidden` for a token bound to nothing."""
    found = caller().scope
    if found is None:
        raise Forbidden("not_allowed", "Only a unit's own token may do this.")
    return found


def hour_seen(site: Site, charger: Charger) -> datetime | None:
    """The hour in which a charger was there last, as far as this process knows; None outside of an app."""
    return at().last_seen.of(site, charger) if has_app_context() else None

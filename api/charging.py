"""`…/charger/<c>/reserve, start_charging …`: what a driver does with one charger, and what was last there."""

from typing import Any

from api.idempotency import once
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.charger import ChargerPath
from api.schemas.charging import ChargingReply, LastChargeReply, NothingBody, ReservationReply, ReserveBody
from api.schemas.queue import OfferReply
from api.schemas.session import SessionReply
from api.site_wiring import actor, at
from api.views.charger import seen_charger
from api.views.charging import charging_reply, last_charge_reply, reservation_reply
from api.views.location import seen_site
from api.views.queue import offer_reply
from api.views.session import session_reply
from api.wiring import acting_for, asking, caller
from model.charger import Charger
from services.sites.presence import is_present

charging = Resource("charging", "Reserving, starting and stopping; the last charge and the last reservation.")

_CANCELLED = Done(message="The charger is let go.")


@charging.post("/location/<location_id>/charger/<charger_id>/reserve", responses={201: OfferReply})
def reserve_charger(path: ChargerPath, query: ActingQuery, body: ReserveBody) -> tuple[OfferReply, int]:
    """Reserve a free charger.

    It is held until `expires_at`, at the charge point too where that can reserve. 409 where somebody waits, for who
    has a place already, and where the charger is not free. Not coming counts as for any held charger.
    """
    who = caller()
    user_id = acting_for(query.username)

    def reply(decided: Any) -> OfferReply:
        return offer_reply(decided.site, user_id)

    present = user_id != who.user_id  # An admin's word is as good as a position.
    if (body.latitude is not None or body.code is not None) and not present:
        present = is_present(at().sites.get(path.location_id), body.latitude, body.longitude, body.code)
    decided = at().charging.reserve(
        path.location_id,
        path.charger_id,
        user_id,
        actor(),
        seconds=None if body.minutes is None else 60 * body.minutes,
        present=present,
        once=once(reply, 201),
    )
    return reply(decided), 201


@charging.post("/location/<location_id>/charger/<charger_id>/cancel_reservation", responses={200: Done})
def cancel_reservation(path: ChargerPath, query: ActingQuery, body: NothingBody) -> Done:
    """Let the charger go that is held for you.

    It costs nothing; a turn in the queue that led to it ends.
    """
    del body
    at().charging.cancel_reservation(
        path.location_id,
        path.charger_id,
        acting_for(query.username),
        actor(),
        once=once(lambda _: _CANCELLED),
    )
    return _CANCELLED


@charging.post("/location/<location_id>/charger/<charger_id>/start_charging", responses={202: ChargingReply})
def start_charging(path: ChargerPath, query: ActingQuery, body: NothingBody) -> tuple[ChargingReply, int]:
    """Have the charger held for you, or a free one, start.

    Accepts the offer; a free charger is yours by it if nobody waits. Where the location asks you to be there, plug in
    first. 202: the charge point is asked; what it does
    shows in the charger's state. 409 `not_supported` where the charger's unit cannot be started: plug in instead.
    """
    del body

    def reply(decided: Any) -> ChargingReply:
        return charging_reply(decided, "start")

    user_id = acting_for(query.username)
    decided = at().charging.start_charging(
        path.location_id,
        path.charger_id,
        user_id,
        actor(),
        present=user_id != caller().user_id,
        once=once(reply, 202),
    )
    return reply(decided), 202


@charging.post("/location/<location_id>/charger/<charger_id>/stop_charging", responses={202: ChargingReply})
def stop_charging(path: ChargerPath, query: ActingQuery, body: NothingBody) -> tuple[ChargingReply, int]:
    """Have the charger stop your charge.

    202: the charge point is asked. The session lasts until the plug is out. 409 `not_supported` where the charger's
    unit cannot be stopped.
    """
    del body

    def reply(decided: Any) -> ChargingReply:
        return charging_reply(decided, "stop")

    decided = at().charging.stop_charging(
        path.location_id,
        path.charger_id,
        acting_for(query.username),
        actor(),
        once=once(reply, 202),
    )
    return reply(decided), 202


@charging.get("/location/<location_id>/charger/<charger_id>/last_charge", responses={200: LastChargeReply})
def get_last_charge(path: ChargerPath) -> LastChargeReply:
    """Read the charger's last charge, without whose it was; 404 if there was none."""
    found = _seen(path)
    return last_charge_reply(at().lately.charge(path.location_id, found.charger_id))


@charging.get("/location/<location_id>/charger/<charger_id>/last_reservation", responses={200: ReservationReply})
def get_last_reservation(path: ChargerPath) -> ReservationReply:
    """Read the charger's last reservation, without whose it was; 404 if there was none."""
    found = _seen(path)
    return reservation_reply(at().lately.reservation(path.location_id, found.charger_id))


@charging.get("/user/last_usage", responses={200: SessionReply})
def get_last_usage(query: ActingQuery) -> SessionReply:
    """Read one's last charge, wherever it was; 404 if there was none."""
    found = at().lately.charge_of(acting_for(query.username))
    return session_reply(caller(), at().sites.cached(found.location_id), found)


@charging.get("/user/last_reservation", responses={200: ReservationReply})
def get_own_last_reservation(query: ActingQuery) -> ReservationReply:
    """Read one's last reservation, wherever it was; 404 if there was none."""
    return reservation_reply(at().lately.reservation_of(acting_for(query.username)))


def _seen(path: ChargerPath) -> Charger:
    """The charger, if the caller may know of it."""
    who = asking()
    return seen_charger(who, seen_site(who, at().sites.cached(path.location_id)), path.charger_id)

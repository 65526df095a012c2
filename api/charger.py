"""`location/…/charger…`: places to plug in, their state, and what a driver asks of one."""

from typing import Any

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.charger import (
    ChargerBody,
    ChargerPath,
    ChargerReply,
    ChargersReply,
    NewChargerBody,
    StateBody,
    put_charger_of,
)
from api.schemas.location import LocationPath
from api.site_wiring import actor, at
from api.views.charger import charger_reply, chargers_reply, seen_charger
from api.views.location import seen_site
from api.wiring import acting_for, asking, caller
from model.site import Site
from services.precondition import ANY
from services.sites.keeping import Must

charger = Resource("charger", "Places to plug in.")

_RETIRED = Done(message="The charger is taken away for good; its sessions are kept.")
_BLOCKED = Done(message="The managers are told. If the charger was yours, you are at the front of the queue.")
_ASKED = Done(message="Its driver is asked to move.")
_NOT_ME = Done(message="The car there is nobody's now; you are at the front of the queue.")


@charger.get("/location/<location_id>/charger", responses={200: ChargersReply})
def list_chargers(path: LocationPath) -> ChargersReply:
    """List a location's chargers.

    Chargers out of service or never heard of are shown to admins only.
    """
    who = asking()
    return chargers_reply(who, seen_site(who, at().sites.get(path.location_id)))


@charger.get("/location/<location_id>/charger/<charger_id>", responses={200: ChargerReply})
def get_charger(path: ChargerPath) -> ChargerReply:
    """Read one charger.

    404 for drivers where it is out of service or was never heard of.
    """
    who = asking()
    site = seen_site(who, at().sites.get(path.location_id))
    return charger_reply(site, seen_charger(who, site, path.charger_id).charger_id)


@charger.post("/location/<location_id>/charger/<charger_id>", responses={201: ChargerReply})
def create_charger(path: ChargerPath, body: NewChargerBody) -> tuple[ChargerReply, int]:
    """Add a charger; 409 if it is there already.

    OCPP chargers are bound to a connector with `PUT chargepoint/{charge_point_id}`.
    """
    decided = at().keeping.put_charger(
        path.location_id,
        put_charger_of(path.charger_id, body),
        actor(),
        Must.BE_NEW,
        once=once(lambda made: charger_reply(made.site, path.charger_id), 201),
    )
    return charger_reply(decided.site, path.charger_id), 201


@charger.patch("/location/<location_id>/charger/<charger_id>", responses={200: ChargerReply})
def patch_charger(path: ChargerPath, body: ChargerBody) -> ChargerReply:
    """Change what is given of a charger.

    What is left out stays.
    """
    decided = at().keeping.put_charger(
        path.location_id,
        put_charger_of(path.charger_id, body),
        actor(),
        Must.EXIST,
        once=once(lambda made: charger_reply(made.site, path.charger_id)),
        expected=expected(lambda site: charger_reply(site, path.charger_id)),
    )
    return charger_reply(decided.site, path.charger_id)


@charger.delete("/location/<location_id>/charger/<charger_id>", responses={200: Done})
def retire_charger(path: ChargerPath) -> Done:
    """Take a charger away for good.

    409 while a session is open on it, or while a charge point is bound to it. Its sessions are kept.
    """

    def render(site: Site) -> ChargerReply:
        return charger_reply(site, seen_charger(caller(), site, path.charger_id).charger_id)

    at().keeping.retire_charger(
        path.location_id, path.charger_id, actor(), once=once(lambda _: _RETIRED), expected=expected(render)
    )
    return _RETIRED


@charger.put("/location/<location_id>/charger/<charger_id>", responses={200: ChargerReply})
def put_charger_state(path: ChargerPath, body: StateBody) -> ChargerReply:
    """Report a unit's level, or ask for a state.

    A unit's report is a fact: 200, and the same again changes nothing. What an admin asks for is 409 where the table of
    states does not allow it.
    """

    def reply(made: Any) -> ChargerReply:
        return charger_reply(made.site, path.charger_id)

    version = expected(lambda site: charger_reply(site, path.charger_id))
    if version is not ANY:
        version.check(at().sites.get(path.location_id))
    claim = once(reply)
    if caller().is_service:  # a level is a fact: reported again it changes nothing, with or without a key
        site = at().units.report(path.location_id, path.charger_id, body.state, actor())
        return charger_reply(site, path.charger_id)
    decided = at().keeping.set_state(path.location_id, path.charger_id, body.state, actor(), once=claim)
    return reply(decided)


@charger.post("/location/<location_id>/charger/<charger_id>/not_me", responses={200: Done})
def say_not_me(path: ChargerPath, query: ActingQuery) -> Done:
    """Say that the car at the charger held for you is not yours.

    Where plugging in was taken for the holder's arrival: the session becomes nobody's and you go to the front.
    """
    at().charging.not_me(
        path.location_id,
        path.charger_id,
        acting_for(query.username),
        actor(),
        once=once(lambda _: _NOT_ME),
    )
    return _NOT_ME


@charger.post("/location/<location_id>/charger/<charger_id>/blocked", responses={200: Done})
def say_blocked(path: ChargerPath, query: ActingQuery) -> Done:
    """Say that a charger cannot be reached, because something stands before it.

    Whoever it is offered to or held for goes to the front, and it is offered to nobody until somebody plugs in there, a
    manager says it is available, or two hours have passed. What others say only tells the managers.
    """
    at().charging.blocked(
        path.location_id,
        path.charger_id,
        acting_for(query.username),
        actor(),
        once=once(lambda _: _BLOCKED),
    )
    return _BLOCKED


@charger.post("/location/<location_id>/charger/<charger_id>/please_move", responses={200: Done})
def ask_to_move(path: ChargerPath, query: ActingQuery) -> Done:
    """Have the driver of a full car asked to move it, for somebody who waits.

    Neither learns who the other is. 409 where no full car is there, or its driver was asked in the last 15 minutes.
    """
    at().charging.please_move(
        path.location_id,
        path.charger_id,
        acting_for(query.username),
        actor(),
        once=once(lambda _: _ASKED),
    )
    return _ASKED

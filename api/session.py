"""`…/session…`: charges, running and past."""

from typing import Any

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.charger import ChargerPath
from api.schemas.queue import JoinReply
from api.schemas.session import (
    ActiveSessionQuery,
    SessionBody,
    SessionPath,
    SessionReply,
)
from api.site_wiring import actor, at
from api.views.location import seen_site
from api.views.people import knows
from api.views.queue import join_reply
from api.views.session import ended_session, is_open, number_of, session_reply
from api.wiring import acting_for, caller
from model.errors import Forbidden, Invalid, NotFound
from services.precondition import ANY
from services.sites.queueing import joined_user
from services.sites.reading import charger_of

session = Resource("session", "Charges: from the offer until the plug is out.")


@session.get("/location/<location_id>/charger/<charger_id>/session", responses={200: SessionReply})
def get_active_session(path: ChargerPath) -> SessionReply:
    """Read the charger's open session; 404 if there is none.

    Others' names are shown as the location's privacy allows, without cost and transaction.
    """
    who = caller()
    site = seen_site(who, at().sites.get(path.location_id))
    charger = charger_of(site, path.charger_id)
    if charger.session is None:
        raise NotFound("no_open_session", f"Charger {charger.charger_id} has no open session.")
    found = at().sites.session(path.location_id, path.charger_id, charger.session.number)
    return session_reply(who, site, found)


@session.get("/location/<location_id>/charger/<charger_id>/session/<session_id>", responses={200: SessionReply})
def get_session(path: SessionPath) -> SessionReply:
    """Read one session: one's own, or an open one.

    It is named by its number or as `location:charger:number`.
    """
    who = caller()
    number = number_of(path.location_id, path.charger_id, path.session_id)
    site = at().sites.get(path.location_id)
    found = at().sites.session(path.location_id, path.charger_id, number)
    if not knows(who, found.user_id) and not is_open(site, found):
        raise Forbidden("not_your_session", "That session is not yours.")
    return session_reply(who, site, found)


@session.post("/location/<location_id>/charger/<charger_id>/session", responses={201: JoinReply})
def join_at_charger(path: ChargerPath, body: SessionBody) -> tuple[JoinReply, int]:
    """Join the location's queue at the charger.

    A unit sends the card it read; an admin names a user.
    """
    who = caller()

    def reply(decided: Any) -> JoinReply:
        return join_reply(who, decided.site, joined_user(decided))

    claim = once(reply, 201)
    if body.tag is not None:
        decided = at().queueing.join_by_tag(path.location_id, path.charger_id, body.tag, actor(), once=claim)
        return reply(decided), 201
    if who.is_service:
        raise Invalid("tag_required", "A unit lets people join by their tag only.", field="tag")
    charger_of(at().sites.get(path.location_id), path.charger_id)
    user_id = acting_for(body.username)
    decided = at().queueing.join(path.location_id, user_id, actor(), present=True, via="admin", once=claim)
    return reply(decided), 201


@session.delete("/location/<location_id>/charger/<charger_id>/session", responses={200: SessionReply})
def end_session(path: ChargerPath, query: ActiveSessionQuery) -> SessionReply:
    """End the charger's open session.

    A charge is stopped, an offer or hold is let go. For the driver, the charger's unit and admins.
    """
    who = caller()

    def reply(decided: Any) -> SessionReply:
        return session_reply(who, decided.site, ended_session(decided))

    version = expected(lambda found: found)
    if version is not ANY:
        version.check(get_active_session(path))
    by = "service" if who.is_service else "admin" if who.is_admin else "owner"
    decided = at().charging.end_session(
        path.location_id,
        path.charger_id,
        by,
        actor(),
        user_id=who.user_id,
        number=query.session_id,
        once=once(reply),
    )
    return reply(decided)

"""`location/…/queue…`: joining, leaving, and answering an offer."""

from typing import Any

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.base import ActingQuery
from api.schemas.forecast import ForecastReply
from api.schemas.location import LocationPath
from api.schemas.queue import JoinBody, JoinReply, MoveBody, OfferBody, OfferReply, QueueReply
from api.site_wiring import actor, at
from api.views.forecast import forecast_reply
from api.views.location import seen_site
from api.views.queue import join_reply, offer_reply, queue_reply
from api.wiring import acting_for, caller, language
from model.charger import Phase
from model.errors import NotFound
from services.precondition import ANY
from services.sites.foreseeing import LATELY_S
from services.sites.presence import is_present

queue = Resource("queue", "Who waits, and who is asked.")


@queue.get("/location/<location_id>/queue", responses={200: QueueReply})
def get_queue(path: LocationPath) -> QueueReply:
    """Read who waits, first to last.

    To oneself and admins with the reasons for the place; others' names as the location's privacy allows.
    """
    who = caller()
    return queue_reply(who, seen_site(who, at().sites.get(path.location_id)))


@queue.post("/location/<location_id>/queue", responses={201: JoinReply})
def join_queue(path: LocationPath, query: ActingQuery, body: JoinBody) -> tuple[JoinReply, int]:
    """Join the queue.

    The offer comes with the answer where a charger is free. 409 for who waits, holds or charges already, anywhere.
    """
    who = caller()
    user_id = acting_for(query.username)

    def reply(decided: Any) -> JoinReply:
        return join_reply(who, decided.site, user_id)

    present = user_id != who.user_id  # An admin's word is as good as a position.
    if (body.latitude is not None or body.code is not None) and not present:
        present = is_present(at().sites.get(path.location_id), body.latitude, body.longitude, body.code)
    decided = at().queueing.join(path.location_id, user_id, actor(), present=present, once=once(reply, 201))
    return reply(decided), 201


@queue.delete("/location/<location_id>/queue", responses={200: QueueReply})
def leave_queue(path: LocationPath, query: ActingQuery) -> QueueReply:
    """Leave the queue, or let an offer or hold go.

    Letting an offer or hold go is declining it. Answers with the queue as it is then.
    """
    who = caller()

    def reply(decided: Any) -> QueueReply:
        return queue_reply(who, decided.site)

    version = expected(lambda site: queue_reply(who, site))
    if version is not ANY:
        version.check(at().sites.get(path.location_id))
    decided = at().queueing.leave(path.location_id, acting_for(query.username), actor(), once=once(reply))
    return reply(decided)


@queue.post("/location/<location_id>/queue/move", responses={200: QueueReply})
def move_in_queue(path: LocationPath, body: MoveBody) -> QueueReply:
    """Move somebody who waits: to the front, to a place, or out of the queue.

    The reason is kept in the log and with their place; out, the driver is told. 409 for who does not wait any more.
    """
    who = caller()

    def reply(decided: Any) -> QueueReply:
        return queue_reply(who, decided.site)

    user_id = None if body.username is None else acting_for(body.username)
    decided = at().queueing.move(
        path.location_id,
        actor(),
        entry_id=body.entry_id,
        user_id=user_id,
        to=body.to,
        place=body.place,
        why=body.reason,
        once=once(reply),
    )
    return reply(decided)


@queue.get("/location/<location_id>/queue/forecast", responses={200: ForecastReply})
def get_forecast(path: LocationPath, query: ActingQuery) -> ForecastReply:
    """Foresee how long you wait, as a range.

    For who is not here, as if they joined now; for who charges, when the car is full.
    """
    who = caller()
    user_id = acting_for(query.username)
    site = seen_site(who, at().sites.cached(path.location_id, LATELY_S))
    return forecast_reply(
        site.location_id, at().foreseeing.of(path.location_id, user_id, own=user_id == who.user_id, language=language())
    )


@queue.get("/location/<location_id>/queue/offer", responses={200: OfferReply})
def get_offer(path: LocationPath, query: ActingQuery) -> OfferReply:
    """Read the charger kept for you; 404 if there is none.

    Offered: to be answered in time. Held: to be plugged in in time. Its driver has seen it by that: it need not go out
    on another channel.
    """
    user_id = acting_for(query.username)
    found = offer_reply(at().sites.get(path.location_id), user_id)
    if found.offer is None:
        raise NotFound("no_offer", "There is no offer now.")
    if user_id == caller().user_id and found.offer.state == Phase.OFFERED:
        at().receipts.opened(found.offer.location_id, found.offer.charger_id, found.offer.session_id)
    return found


@queue.post("/location/<location_id>/queue/offer", responses={200: OfferReply})
def answer_offer(path: LocationPath, query: ActingQuery, body: OfferBody) -> OfferReply:
    """Accept the offer, decline it, or snooze.

    Declining leaves the queue; snoozing keeps the place. 409 if it is another offer by now (`session_id`).
    """
    user_id = acting_for(query.username)

    def reply(decided: Any) -> OfferReply:
        return offer_reply(decided.site, user_id)

    decided = at().queueing.answer_offer(
        path.location_id,
        user_id,
        body.action,
        actor(),
        minutes=body.minutes,
        session_id=body.session_id,
        once=once(reply),
    )
    return reply(decided)

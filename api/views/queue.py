"""A queue and an offer as a caller sees them."""

from api.schemas.queue import JoinReply, OfferReply, QueueItem, QueueReply
from api.schemas.queue import Offer as OfferModel
from api.views.people import knows, seen_user
from api.wiring import language
from model.account import UserState
from model.charger import Phase
from model.entry import Entry
from model.instants import to_text
from model.settings import Privacy
from model.site import Site
from services.caller import Caller
from services.sites.explaining import reasons_of, stands_by_lock
from services.sites.offered import Offer, offer_of


def queue_items(who: Caller | None, site: Site) -> list[QueueItem]:
    """Everybody who waits, first to last; nobody to units and to those who are not logged in."""
    if who is None or who.is_service:
        return []
    return [_item(who, site, entry, place) for place, entry in enumerate(site.queue, start=1)]


def queue_reply(who: Caller | None, site: Site) -> QueueReply:
    """The reply about a queue."""
    return QueueReply(queue=queue_items(who, site), waiting=len(site.queue))


def join_reply(who: Caller | None, site: Site, user_id: str) -> JoinReply:
    """The reply to joining as ``user_id``."""
    offer = offer_of(site, user_id)
    return JoinReply(
        queue=queue_items(who, site),
        waiting=len(site.queue),
        offer=None if offer is None else offer_model(offer),
    )


def offer_reply(site: Site, user_id: str) -> OfferReply:
    """The reply about a user's offer; null where there is none."""
    offer = offer_of(site, user_id)
    return OfferReply(offer=None if offer is None else offer_model(offer))


def offer_model(offer: Offer) -> OfferModel:
    """An offer or hold."""
    return OfferModel(
        location_id=offer.location_id,
        charger_id=offer.charger_id,
        session_id=offer.session_id,
        state=Phase.OFFERED if offer.state is Phase.OFFERED else Phase.HELD,
        expires_at=to_text(offer.expires_at),
        answer_by=to_text(offer.answer_by),
        plug_by=to_text(offer.plug_by),
    )


def _item(who: Caller, site: Site, entry: Entry, place: int) -> QueueItem:
    member = entry.member
    known = knows(who, member.user_id)
    open_to_all = known or site.settings.privacy is not Privacy.PLACES
    user = seen_user(who, site, member, stand_in=f"#{place}", state=UserState.IN_QUEUE)
    return QueueItem(
        username=user.username,
        type=user.type,
        state=user.state,
        place=place,
        score=round(entry.score.value, 3) if open_to_all else None,
        waiting_since=to_text(entry.joined_at) if open_to_all else None,
        keeps_place=open_to_all and stands_by_lock(site, entry),
        reasons=reasons_of(site, entry, own=who.user_id == member.user_id, language=language()) if known else None,
    )

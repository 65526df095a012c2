"""Services: the offer or hold a driver has, and how it goes on where they cannot charge."""

from dataclasses import dataclass
from datetime import datetime

from model.charger import UNPLUGGED, Phase
from model.decision import Actor
from model.errors import Conflict
from model.ids import fold
from model.site import Site
from model.store.port import Reads
from scheduling.inputs import End, Input
from services.sites.desk import Desk
from services.sites.loading import Loader

IN_VAIN = frozenset({"quota_used", "balance_exhausted", "other_currency"})
"""Why a driver who was called cannot charge; an offer that is answered so goes on to the next."""
_SYSTEM = Actor(kind="system", id="offers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A charger kept for a driver: ``state`` is ``offered`` (answer by then) or ``held`` (plug in by then)."""

    location_id: str
    charger_id: str
    session_id: int
    state: Phase
    expires_at: datetime | None
    answer_by: datetime | None
    plug_by: datetime | None


def offer_of(site: Site, user_id: str) -> Offer | None:
    """The user's live offer or hold at this site (``Decided.site`` after a decision, or a site that was read)."""
    for charger in site.chargers.values():
        session = charger.session
        if session is None or session.entry is None or session.entry.member.user_id != user_id:
            continue
        if session.phase not in UNPLUGGED:
            continue
        return Offer(
            location_id=site.location_id,
            charger_id=charger.charger_id,
            session_id=session.number,
            state=session.phase,
            expires_at=session.deadline,
            answer_by=session.answer_by if session.phase is Phase.OFFERED else None,
            plug_by=session.plug_by,
        )
    return None


def pass_on(desk: Desk, location_id: str, user_id: str, refusal: Conflict, charger_id: str | None = None) -> None:
    """Withdraw the offer (of that charger) whose driver was refused because they could not charge."""
    if refusal.code not in IN_VAIN:
        return

    def found(_reads: Reads, _loader: Loader, site: Site) -> list[Input]:
        offer = offer_of(site, user_id)
        if offer is None or offer.state is not Phase.OFFERED:
            return []
        if charger_id is not None and fold(charger_id) != fold(offer.charger_id):
            return []
        why = f"{user_id} could not charge there: {refusal.code}"
        return [End(charger_id=offer.charger_id, by="system", number=offer.session_id, why=why)]

    desk.decide(location_id, [], _SYSTEM, prepare=found)

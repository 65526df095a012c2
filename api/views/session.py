"""A session as a caller sees it."""

from typing import Any

from api.schemas.session import SeenUser, SessionReply, SliceItem
from api.schemas.session import Session as SessionModel
from api.views.people import knows, seen_user
from model.entry import Member
from model.errors import Invalid, NotFound
from model.ids import fold
from model.instants import to_text
from model.session import Session
from model.site import Site
from services.caller import Caller
from services.chargepoints.transactions import redacted_tag
from services.money.prices import cost_now

MOST_DIGITS = 12


def session_model(who: Caller | None, site: Site, session: Session) -> SessionModel:
    """The session; cost and the charge point's transaction are its owner's and admins' business."""
    own = knows(who, session.user_id)
    return SessionModel(
        location_id=site.location_id,
        charger_id=session.charger_id,
        session_id=session.number,
        start_time=to_text(session.assigned_at) or "",
        end_time=to_text(session.ended_at),
        user=_user(who, site, session),
        plugged_time=to_text(session.plugged_at),
        full_time=to_text(session.full_at),
        energy_wh=session.energy_wh,
        power_w=session.power_w,
        cost=cost_now(site, session) if own else None,
        currency=session.currency or site.currency,
        price=session.price,
        slices=[SliceItem(price=one.price, energy_wh=one.energy_wh) for one in session.slices] if own else [],
        idle_s=session.idle_s,
        idle_price=session.idle_price,
        end_reason=session.end_reason,
        session_type=session.session_type,
        transaction_id=(session.vendor_session_id or session.transaction_id) if own else "",
        transaction_start_time=to_text(session.transaction_began_at),
        transaction_end_time=to_text(session.transaction_ended_at),
        tag=redacted_tag(session.tag_key) if own else "",
    )


def session_reply(who: Caller | None, site: Site, session: Session) -> SessionReply:
    """The reply about one session."""
    return SessionReply(session=session_model(who, site, session))


def is_open(site: Site, session: Session) -> bool:
    """Whether it is the charger's open session, as the site has it."""
    charger = site.chargers.get(fold(session.charger_id))
    return charger is not None and charger.session is not None and charger.session.number == session.number


def _user(who: Caller | None, site: Site, session: Session) -> SeenUser | None:
    if not session.user_id or not session.username:  # Of an account that is deleted, nothing is told.
        return None
    member = Member(
        user_id=session.user_id,
        username=session.username,
        type=session.user_type,
        initials=session.initials,
    )
    return seen_user(who, site, member)


def ended_session(decided: Any) -> Session:
    """The record of the session that a decision ended."""
    answer = decided.answers[0]
    found: Session = decided.sessions[fold(answer.charger_id), answer.session_number]
    return found


def number_of(location_id: str, charger_id: str, session_id: str) -> int:
    """The number in ``7`` or ``location:charger:7``. Raises ``Invalid``, ``NotFound`` (another's)."""
    rest, colon, digits = session_id.rpartition(":")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        raise Invalid("invalid_session_id", "A session is named N or location:charger:N.", field="session_id")
    if colon and fold(rest) != fold(f"{location_id}:{charger_id}"):
        raise NotFound("session_not_found", f"Session {session_id!r} is not one of this charger.")
    return int(digits)

"""What is looked at whatever a driver asks: where they stand, whose session it is, whether they may come."""

from model.account import UserType
from model.charger import Charger, OpenSession
from model.errors import Conflict, Forbidden, NotFound
from model.ids import fold
from model.settings import Presence
from scheduling.costs import funds
from scheduling.draft import Draft
from scheduling.people import Person
from scheduling.states import REQUESTS, Standing

_ASKS = {
    "Leave": "leave",
    "Accept": "accept",
    "Decline": "decline",
    "Snooze": "snooze",
    "Reserve": "reserve a charger",
    "CancelReservation": "cancel a reservation",
    "StartCharging": "start charging",
    "StopCharging": "stop charging",
    "NotMe": "say that it was not you",
    "Blocked": "report a charger as blocked",
    "PleaseMove": "ask somebody to move",
}
_STANDS = {
    Standing.NONE: "you are not in the queue here",
    Standing.WAITING: "you are waiting here",
    Standing.SNOOZED: "you are waiting here, and snoozed",
    Standing.OFFERED: "a charger is offered to you",
    Standing.HELD: "a charger is held for you",
    Standing.CHARGING: "you are charging here",
    Standing.FULL: "your car here is full",
}


def standing_of(draft: Draft, user_id: str) -> Standing:
    """Where a driver stands at this location."""
    entry = draft.entry_of(user_id)
    if entry is not None:
        return Standing.WAITING if entry.snoozed_until is None else Standing.SNOOZED
    found = draft.charger_of(user_id)
    return Standing(found[1].phase.value) if found else Standing.NONE


def known(draft: Draft, user_id: str) -> Person:
    """The driver who wants a place, or :class:`NotFound`; :class:`Conflict` for who cannot have one."""
    person = draft.person(user_id)
    if person is None:
        raise NotFound("user_not_found", "There is no such user.")
    if person.member.type is UserType.SERVICE or not person.active:
        raise Conflict("no_driver", f"{person.member.username} is a unit or deactivated: it cannot have a place.")
    return person


def charger_named(draft: Draft, charger_id: str) -> Charger:
    """The charger, or :class:`NotFound`."""
    charger = draft.chargers.get(fold(charger_id))
    if charger is None or charger.retired:
        raise NotFound("charger_not_found", f"There is no charger {charger_id!r} here.")
    return charger


def allowed(draft: Draft, user_id: str, request: str) -> Standing:
    """Where the driver stands, if the table has the request there; else :class:`Conflict`."""
    standing = standing_of(draft, user_id)
    if (standing, request) not in REQUESTS:
        if request == "Join":
            raise Conflict("already_placed", f"You are here already: {_STANDS[standing]}.")
        raise Conflict("illegal_transition", f"You cannot {_ASKS[request]} now: {_STANDS[standing]}.")
    return standing


def own_session(draft: Draft, user_id: str, charger_id: str, request: str) -> tuple[Charger, OpenSession]:
    """The driver's own session on that charger."""
    charger = charger_named(draft, charger_id)
    session = charger.session
    if session is None or session.entry is None:
        raise Conflict("no_open_session", f"Charger {charger.charger_id} has no open session of yours.")
    if session.entry.member.user_id != user_id:
        raise Forbidden("not_your_session", "That session is not yours.")
    allowed(draft, user_id, request)
    return charger, session


def refuse_closed(draft: Draft, person: Person) -> None:
    """Nobody comes to a closed location, nor with a place elsewhere, nor when sent away for today."""
    if draft.site.retired:
        raise Conflict("location_retired", "This location is closed for good.")
    if person.elsewhere:
        raise Conflict("already_placed", "You are queued or charging at another location; leave it first.")
    if person.member.user_id in draft.today.out:
        raise Conflict("out_until_midnight", "Too many offers went unused today; you may join again tomorrow.")


def refuse_absent(draft: Draft, *, present: bool) -> None:
    """Where the location asks for proof of being there."""
    if draft.settings.presence is not Presence.NONE and not present:
        raise Forbidden("presence_required", "This location asks you to be there when you join.")


def refuse_penniless(draft: Draft, person: Person, charger: Charger | None = None) -> None:
    """Charging here is paid from the balance: who has none would be called in vain."""
    match funds.refusal(draft.finished(), person, charger):
        case funds.EXHAUSTED:
            raise Conflict("balance_exhausted", "Your balance is used up; top it up first.")
        case funds.OTHER_CURRENCY:
            raise Conflict("other_currency", f"Your balance is in {person.balance.currency}, prices here are not.")

"""What drivers say of each other's cars: a charger that is blocked, and "please move"."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Phase
from model.errors import Conflict
from scheduling.draft import Draft
from scheduling.effects import Alert, Message
from scheduling.inputs import Blocked, PleaseMove
from scheduling.offering import lapsing
from scheduling.outcome import Answer
from scheduling.requests.asking import allowed, charger_named, known
from scheduling.warnings.ladder import count_waiting
from scheduling.warnings.warning import warn

BLOCKED_FOR = timedelta(hours=2)
"""What stands before a charger leaves no trace when it goes: after so long the charger is offered again."""
MOVE_AGAIN = timedelta(minutes=15)
"""A driver is asked to move at most so often, by whomever."""


def blocked(draft: Draft, request: Blocked) -> Answer:
    """The charger cannot be reached. Its holder goes to the front and it is offered to nobody until a fact says
    otherwise; of what others say only the managers hear.
    """
    charger = charger_named(draft, request.charger_id)
    person = known(draft, request.user_id)
    allowed(draft, request.user_id, "Blocked")
    found = draft.charger_of(request.user_id)
    if found is not None and found[0].charger_id == charger.charger_id:
        lapsing.to_front(draft, replace(charger, blocked_at=draft.now), "blocked by another car")
    warn(draft, Alert.BLOCKED, charger)
    draft.reasons.append(f"charger {charger.charger_id} is blocked, says {person.member.username}")
    return Answer(charger_id=charger.charger_id)


def please_move(draft: Draft, request: PleaseMove) -> Answer:
    """Have the driver of a full car asked to move it; nobody learns who asked, nor whom."""
    charger = charger_named(draft, request.charger_id)
    allowed(draft, request.user_id, "PleaseMove")
    session = charger.session
    if session is None or session.phase is not Phase.FULL:
        raise Conflict("not_full", f"There is no full car at charger {charger.charger_id}.")
    if session.entry is None:
        raise Conflict("nobody_known", "Nobody knows whose car that is; report the charger as blocked.")
    last = session.asked_to_move_at
    if last is not None and draft.now - last < MOVE_AGAIN:
        raise Conflict("asked_lately", "The driver was asked a few minutes ago.")
    draft.put_charger(replace(charger, session=replace(session, asked_to_move_at=draft.now)))
    draft.tell(
        session.entry, Message.PLEASE_MOVE, charger, waiting=max(1, count_waiting(draft, charger)), colleague=True
    )
    draft.reasons.append(f"charger {charger.charger_id}: its driver was asked to move, by somebody who waits")
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def unblock(draft: Draft) -> None:
    """Chargers that were blocked for long may be tried again."""
    for charger in list(draft.chargers.values()):
        if charger.blocked_at is not None and charger.blocked_at + BLOCKED_FOR <= draft.now:
            draft.put_charger(replace(charger, blocked_at=None))
            draft.reasons.append(f"charger {charger.charger_id} may be free of what blocked it")


def deadlines(draft: Draft) -> Iterator[datetime]:
    """When that is."""
    return (one.blocked_at + BLOCKED_FOR for one in draft.chargers.values() if one.blocked_at is not None)

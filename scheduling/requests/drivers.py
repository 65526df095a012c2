"""What drivers ask: checked against the table of requests first; a refusal changes nothing."""

from dataclasses import replace

from model.charger import UNPLUGGED, Charger, EndReason, OpenSession, Phase
from model.entry import Entry
from model.errors import Conflict
from model.site import MAX_WAITING
from scheduling.charging import sessions
from scheduling.draft import Draft
from scheduling.effects import Alert, Message
from scheduling.fairness import needs, score
from scheduling.fairness.order import with_newcomer, with_return
from scheduling.forecasting.habits import usual_s
from scheduling.hours import may_join
from scheduling.inputs import Accept, Decline, End, Join, Leave, NotMe, Snooze
from scheduling.offering import offers
from scheduling.outcome import Answer
from scheduling.people import Person
from scheduling.requests.asking import (
    allowed,
    charger_named,
    known,
    own_session,
    refuse_absent,
    refuse_closed,
    refuse_penniless,
)
from scheduling.rights.access import refuse_shut_out
from scheduling.rights.quotas import refuse_used_up
from scheduling.warnings.warning import warn

VIA_TAP = "tap"
"""Joined by holding a card to a charger: nothing shows it there but a refusal, so the driver is told."""


def join(draft: Draft, request: Join) -> Answer:
    """Enter the queue."""
    person = known(draft, request.user_id)
    allowed(draft, request.user_id, "Join")
    refuse_closed(draft, person)
    if not may_join(draft.settings, draft.zone, draft.now):
        raise Conflict("queue_closed", "The queue is closed for today.")
    refuse_absent(draft, present=request.present)
    refuse_shut_out(draft, person)
    refuse_used_up(draft, person)
    refuse_penniless(draft, person)
    if len(draft.queue) >= MAX_WAITING:
        raise Conflict("queue_full", f"The queue is full ({MAX_WAITING} waiting).")
    entry = _entered(draft, person, request.via)
    if request.via == VIA_TAP:
        draft.tell(entry, Message.JOINED, place=draft.queue.index(entry) + 1)
    return Answer(entry_id=entry.entry_id)


def leave(draft: Draft, request: Leave) -> Answer:
    """Leave the queue; an unplugged offer or hold is let go."""
    allowed(draft, request.user_id, "Leave")
    found = draft.charger_of(request.user_id)
    if found is not None:
        offers.decline(draft, found[0], found[1])
        return Answer(charger_id=found[0].charger_id, session_number=found[1].number)
    entry = draft.entry_of(request.user_id)
    if entry is None:
        raise RuntimeError("the table lets only waiting drivers leave")
    _leave_waiting(draft, entry)
    return Answer(entry_id=entry.entry_id)


def accept(draft: Draft, request: Accept) -> Answer:
    """Promise to come; promising twice is no harm. Who could not charge then is refused: others wait."""
    charger, session = _answered(draft, request.user_id, request.number, "Accept")
    if session.phase is Phase.OFFERED:
        _refuse_in_vain(draft, charger, request.user_id)
        offers.accept(draft, charger, session)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def decline(draft: Draft, request: Decline) -> Answer:
    """Let the charger go and leave."""
    charger, session = _answered(draft, request.user_id, request.number, "Decline")
    offers.decline(draft, charger, session)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def snooze(draft: Draft, request: Snooze) -> Answer:
    """Ask me again later; the place is kept."""
    charger, session = _answered(draft, request.user_id, request.number, "Snooze")
    if draft.today.snoozes.get(request.user_id, 0) >= draft.settings.snooze_per_day:
        raise Conflict("snoozes_used", f"You may snooze {draft.settings.snooze_per_day} times a day.")
    offers.snooze(draft, charger, session, request.minutes)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def end(draft: Draft, request: End) -> Answer:
    """End the open session of a charger: an unplugged one as a decline, a running charge with a stop at the charger."""
    charger = charger_named(draft, request.charger_id)
    session = charger.session
    if session is None or (request.number is not None and session.number != request.number):
        raise Conflict("no_open_session", f"Charger {charger.charger_id} has no such open session.")
    if session.phase in UNPLUGGED:
        let_go = offers.decline if request.by == "owner" else offers.withdraw
        let_go(draft, charger, session)
        if request.why:
            draft.reasons.append(request.why)
        return Answer(charger_id=charger.charger_id, session_number=session.number)
    if charger.transaction is not None and charger.charge_point_id:
        draft.stop(charger, charger.transaction)
    sessions.close(draft, sessions.without_ghost(charger), EndReason.STOPPED, draft.now)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def not_me(draft: Draft, request: NotMe) -> Answer:
    """The car on a ``presumed`` charger is not the holder's: the session is nobody's, the holder goes to the front."""
    charger, session = own_session(draft, request.user_id, request.charger_id, "NotMe")
    entry = session.entry
    if session.confirmed or entry is None:
        raise Conflict("session_confirmed", "You identified yourself at this charger; end the session instead.")
    record = draft.record(charger, session.number)
    if record is not None:
        draft.put_record(replace(record, user_id="", username="", initials="", note="the holder said: not me"))
    draft.put_charger(replace(charger, session=replace(session, entry=None)))
    front = replace(entry, front_at=draft.now, snoozed_until=None)
    draft.queue = with_return(draft.queue, front, (), draft.settings.locked_places)
    warn(draft, Alert.NOT_ME, charger, session=session.number)
    draft.reasons.append(
        f"{entry.member.username} says the car at charger {charger.charger_id} is not theirs and goes to the front"
    )
    return Answer(charger_id=charger.charger_id, session_number=session.number, entry_id=entry.entry_id)


def _refuse_in_vain(draft: Draft, charger: Charger, user_id: str) -> None:
    """What was looked at on joining may be used up by now."""
    person = draft.person(user_id)
    if person is not None:
        refuse_used_up(draft, person)
        refuse_penniless(draft, person, charger)


def _entered(draft: Draft, person: Person, via: str) -> Entry:
    draft.last_entry += 1
    record = score.need_noted(person.record, draft.fairness, draft.today.date, draft.now)
    key = offers.with_penalty(
        draft, person, score.score_at_joining(draft.settings.order, record, draft.fairness, draft.now)
    )
    counts = record.ask_day == draft.today.date
    charging_s, full_s = usual_s(record)
    entry = Entry(
        entry_id=draft.last_entry,
        member=person.member,
        joined_at=draft.now,
        score=key,
        need_wh=record.need_wh if counts else 0,
        via=via,
        usual_charging_s=charging_s,
        usual_full_s=full_s,
    )
    draft.queue = with_newcomer(draft.queue, entry, draft.settings.locked_places)
    draft.take_place(replace(person, record=record), entry.entry_id)
    draft.reasons.append(
        f"{person.member.username} joined: share {key.ratio:.2f} against the mean {key.mean:.2f}, "
        f"{abs(key.shift_min):.0f} min {'earlier' if key.shift_min < 0 else 'later'}"
    )
    return entry


def _leave_waiting(draft: Draft, entry: Entry) -> None:
    draft.drop_entry(entry.entry_id)
    waited_s = (draft.now - entry.joined_at).total_seconds()
    if waited_s >= draft.settings.ask_after_s and not entry.let_go:
        needs.unserved(draft, entry)
    else:
        needs.let_go(draft, entry)
    draft.leave_place(entry.member.user_id)
    draft.reasons.append(f"{entry.member.username} left the queue after {waited_s / 60:.0f} min")


def _answered(draft: Draft, user_id: str, number: int | None, request: str) -> tuple[Charger, OpenSession]:
    """The offer or hold that is answered; 409 if there is none, or it is another by now."""
    found = draft.charger_of(user_id)
    if found is None:
        raise Conflict("no_offer", "You have no offer now.")
    charger, session, _ = found
    allowed(draft, user_id, request)
    if number is not None and number != session.number:
        raise Conflict("other_offer", "That offer is over; you have another one now.")
    return charger, session

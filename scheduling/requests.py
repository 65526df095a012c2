"""What drivers ask: checked against the table of requests first; a refusal changes nothing."""

from dataclasses import replace

from model.charger import Charger, Condition, EndReason, OpenSession, Phase
from model.entry import Entry
from model.errors import Conflict, Forbidden, NotFound
from model.ids import fold
from model.settings import Presence
from model.site import MAX_WAITING
from scheduling import needs, offers, score, sessions
from scheduling.admission import admit_at
from scheduling.draft import UNPLUGGED, Draft
from scheduling.effects import Alert, Message, StartRemotely, StopRemotely, Warn
from scheduling.hours import may_join
from scheduling.inputs import (
    Accept,
    Decline,
    End,
    Join,
    Leave,
    NotMe,
    Snooze,
    StartCharging,
    StopCharging,
    Tagged,
)
from scheduling.order import with_newcomer, with_return
from scheduling.outcome import Answer
from scheduling.people import Person
from scheduling.states import REQUESTS, Standing

VIA_TAP = "tap"
"""Joined by holding a card to a charger: nothing shows it there but a refusal, so the driver is told."""
_ASKS = {
    "Leave": "leave",
    "Accept": "accept",
    "Decline": "decline",
    "Snooze": "snooze",
    "StartCharging": "start charging",
    "StopCharging": "stop charging",
    "NotMe": "say that it was not you",
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


def join(draft: Draft, request: Join) -> Answer:
    """Enter the queue."""
    person = _known(draft, request.user_id)
    _allowed(draft, request.user_id, "Join")
    if draft.site.retired:
        raise Conflict("location_retired", "This location is closed for good.")
    if person.elsewhere:
        raise Conflict("already_placed", "You are queued or charging at another location; leave it first.")
    if request.user_id in draft.today.out:
        raise Conflict("out_until_midnight", "Too many offers went unused today; you may join again tomorrow.")
    if not may_join(draft.settings, draft.zone, draft.now):
        raise Conflict("queue_closed", "The queue is closed for today.")
    if draft.settings.presence is not Presence.NONE and not request.present:
        raise Forbidden("presence_required", "This location asks you to be there when you join.")
    if len(draft.queue) >= MAX_WAITING:
        raise Conflict("queue_full", f"The queue is full ({MAX_WAITING} waiting).")
    entry = _entered(draft, person, request.via)
    if request.via == VIA_TAP:
        draft.tell(entry, Message.JOINED, place=draft.queue.index(entry) + 1)
    return Answer(entry_id=entry.entry_id)


def leave(draft: Draft, request: Leave) -> Answer:
    """Leave the queue; an unplugged offer or hold is let go."""
    _allowed(draft, request.user_id, "Leave")
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
    """Promise to come; promising twice is no harm."""
    charger, session = _answered(draft, request.user_id, request.number, "Accept")
    if session.phase is Phase.OFFERED:
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
        return Answer(charger_id=charger.charger_id, session_number=session.number)
    if charger.transaction is not None and charger.charge_point_id:
        _stop_remotely(draft, charger)
    sessions.close(draft, sessions.without_ghost(charger), EndReason.STOPPED, draft.now)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def start_charging(draft: Draft, request: StartCharging) -> Answer:
    """Have the charger start for the driver: the holder, who thereby answers, or somebody walking up to a free one."""
    person = _known(draft, request.user_id)
    charger = charger_named(draft, request.charger_id)
    _allowed(draft, request.user_id, "StartCharging")
    if not charger.charge_point_id:
        raise Conflict("no_remote_start", f"Charger {charger.charger_id} cannot be started from afar; plug in.")
    if charger.offline_since is not None:
        raise Conflict("charger_offline", f"Charger {charger.charger_id} cannot be reached now.")
    if charger.condition is not Condition.OK:
        raise Conflict("charger_not_ready", f"Charger {charger.charger_id} is {charger.condition.value}.")
    tagged = Tagged(user_id=request.user_id, parent_tag=person.member.tag, verdict="Accepted")
    verdict = admit_at(draft.finished(), charger, tagged, person, draft.now)
    if not verdict.admitted:
        raise Conflict(verdict.reason, f"You may not start charger {charger.charger_id} now.")
    session = charger.session
    if session is not None and session.phase is Phase.OFFERED:
        offers.accept(draft, charger, session)
    draft.effects.append(
        StartRemotely(
            charge_point_id=charger.charge_point_id,
            connector=charger.connector,
            tag=person.member.tag,
            charger_id=charger.charger_id,
        )
    )
    draft.reasons.append(f"charger {charger.charger_id} asked to start for {person.member.username}")
    return Answer(charger_id=charger.charger_id, session_number=session.number if session else None)


def stop_charging(draft: Draft, request: StopCharging) -> Answer:
    """Have the charger stop; the session lasts until the plug is out."""
    charger, session = _own(draft, request.user_id, request.charger_id, "StopCharging")
    if not charger.charge_point_id or charger.transaction is None:
        raise Conflict("no_remote_stop", f"Charger {charger.charger_id} cannot be stopped from afar.")
    _stop_remotely(draft, charger)
    draft.reasons.append(f"charger {charger.charger_id} asked to stop by its driver")
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def not_me(draft: Draft, request: NotMe) -> Answer:
    """The car on a ``presumed`` charger is not the holder's: the session is nobody's, the holder goes to the front."""
    charger, session = _own(draft, request.user_id, request.charger_id, "NotMe")
    entry = session.entry
    if session.confirmed or entry is None:
        raise Conflict("session_confirmed", "You identified yourself at this charger; end the session instead.")
    record = draft.record(charger, session.number)
    if record is not None:
        draft.put_record(replace(record, user_id="", username="", initials="", note="the holder said: not me"))
    draft.put_charger(replace(charger, session=replace(session, entry=None)))
    front = replace(entry, front_at=draft.now, snoozed_until=None)
    draft.queue = with_return(draft.queue, front, (), draft.settings.locked_places)
    draft.effects.append(Warn(alert=Alert.NOT_ME, charger_id=charger.charger_id, facts={"session": session.number}))
    draft.reasons.append(
        f"{entry.member.username} says the car at charger {charger.charger_id} is not theirs and goes to the front"
    )
    return Answer(charger_id=charger.charger_id, session_number=session.number, entry_id=entry.entry_id)


def charger_named(draft: Draft, charger_id: str) -> Charger:
    """The charger, or :class:`NotFound`."""
    charger = draft.chargers.get(fold(charger_id))
    if charger is None or charger.retired:
        raise NotFound("charger_not_found", f"There is no charger {charger_id!r} here.")
    return charger


def _entered(draft: Draft, person: Person, via: str) -> Entry:
    draft.last_entry += 1
    record = score.need_noted(person.record, draft.fairness, draft.today.date, draft.now)
    key = score.score_at_joining(draft.settings.order, record, draft.fairness, draft.now)
    counts = record.ask_day == draft.today.date
    entry = Entry(
        entry_id=draft.last_entry,
        member=person.member,
        joined_at=draft.now,
        score=key,
        need_wh=record.need_wh if counts else 0,
        via=via,
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


def _stop_remotely(draft: Draft, charger: Charger) -> None:
    if charger.transaction is not None:
        draft.effects.append(
            StopRemotely(
                charge_point_id=charger.charge_point_id,
                connector=charger.connector,
                transaction_id=charger.transaction.transaction_id,
            )
        )


def _known(draft: Draft, user_id: str) -> Person:
    person = draft.person(user_id)
    if person is None:
        raise NotFound("user_not_found", "There is no such user.")
    return person


def _allowed(draft: Draft, user_id: str, request: str) -> Standing:
    standing = standing_of(draft, user_id)
    if (standing, request) not in REQUESTS:
        if request == "Join":
            raise Conflict("already_placed", f"You are here already: {_STANDS[standing]}.")
        raise Conflict("illegal_transition", f"You cannot {_ASKS[request]} now: {_STANDS[standing]}.")
    return standing


def _answered(draft: Draft, user_id: str, number: int | None, request: str) -> tuple[Charger, OpenSession]:
    """The offer or hold that is answered; 409 if there is none, or it is another by now."""
    found = draft.charger_of(user_id)
    if found is None:
        raise Conflict("no_offer", "You have no offer now.")
    charger, session, _ = found
    _allowed(draft, user_id, request)
    if number is not None and number != session.number:
        raise Conflict("other_offer", "That offer is over; you have another one now.")
    return charger, session


def _own(draft: Draft, user_id: str, charger_id: str, request: str) -> tuple[Charger, OpenSession]:
    """The driver's own session on that charger."""
    charger = charger_named(draft, charger_id)
    session = charger.session
    if session is None or session.entry is None:
        raise Conflict("no_open_session", f"Charger {charger.charger_id} has no open session of yours.")
    if session.entry.member.user_id != user_id:
        raise Forbidden("not_your_session", "That session is not yours.")
    _allowed(draft, user_id, request)
    return charger, session

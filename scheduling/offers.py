"""Offers and holds: made to the fairest, answered, lapsed, withdrawn. Also where an entry goes afterwards."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from model.ids import fold
from model.site import Charger, EndReason, Entry, OpenSession, PastHold, Phase
from scheduling import score
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.order import with_newcomer, with_return
from scheduling.sessions import record_of

HOLD_MARGIN = timedelta(minutes=10)
"""A charge point's own reservation outlives our deadline by this; it is cancelled explicitly."""
SILENCES_ALLOWED = 2
NO_SHOWS_ALLOWED = 1


def offer(draft: Draft, charger: Charger, entry: Entry, why: str) -> None:
    """Hold a free charger for an entry and ask its driver."""
    index = next(place for place, other in enumerate(draft.queue) if other.entry_id == entry.entry_id)
    ahead = tuple(other.entry_id for other in draft.queue[:index])
    draft.drop_entry(entry.entry_id)
    number = charger.last_session + 1
    if charger.charge_point_id:
        draft.last_reservation += 1
    answer_by = draft.now + timedelta(seconds=draft.settings.response_s)
    session = OpenSession(
        number=number,
        phase=Phase.OFFERED,
        entry=entry,
        ahead=ahead,
        assigned_at=draft.now,
        answer_by=answer_by,
        reservation_id=draft.last_reservation if charger.charge_point_id else 0,
    )
    offered = replace(charger, session=session, last_session=number, last_hold=None)
    draft.put_charger(offered)
    draft.put_record(record_of(draft, offered, session))
    draft.reasons.append(f"charger {charger.charger_id} offered to {entry.member.username}: {why}")
    draft.tell(entry, Message.OFFERED, offered, deadline=answer_by)
    draft.hold(offered, session, answer_by + HOLD_MARGIN)


def accept(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """The driver will come: offered becomes held until the plug-in deadline."""
    plug_by = draft.now + timedelta(seconds=draft.settings.plug_in_s)
    held = replace(session, phase=Phase.HELD, accepted_at=draft.now, answer_by=None, plug_by=plug_by)
    kept = replace(charger, session=held)
    draft.put_charger(kept)
    draft.put_record(record_of(draft, kept, held))
    draft.reasons.append(f"charger {charger.charger_id} held for {_name(session)} until {plug_by:%H:%M:%S} UTC")
    draft.tell(session.entry, Message.HELD, kept, deadline=plug_by)
    draft.hold(kept, held, plug_by + HOLD_MARGIN)


def decline(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """The driver lets the charger go and leaves the queue; the need does not count."""
    end_unplugged(draft, charger, session, EndReason.DECLINED)
    if session.entry is not None:
        _let_go(draft, session.entry)
        draft.leave_place(session.entry.member.user_id)
    draft.reasons.append(f"{_name(session)} declined charger {charger.charger_id} and left the queue")


def snooze(draft: Draft, charger: Charger, session: OpenSession, minutes: int) -> None:
    """The driver keeps the place and is asked again later."""
    entry = session.entry
    if entry is None:
        raise RuntimeError("an offer has an entry")
    end_unplugged(draft, charger, session, EndReason.SNOOZED)
    _count(draft, "snoozes", entry)
    until = draft.now + timedelta(minutes=minutes)
    back = replace(entry, snoozed_until=until, snoozed_by_silence=False)
    draft.queue = with_return(draft.queue, back, session.ahead, draft.settings.locked_places)
    draft.reasons.append(f"{_name(session)} snoozed {minutes} min and keeps the place")


def lapse(draft: Draft, charger: Charger, deadline: datetime) -> None:
    """The deadline of an offer (silence) or of a hold (no-show) has passed."""
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can lapse")
    silence = session.phase is Phase.OFFERED
    reason = EndReason.LAPSED if silence else EndReason.NO_SHOW
    entry = replace(session.entry, let_go=True, front_at=None)
    _let_go(draft, entry)
    end_unplugged(draft, charger, session, reason)
    kept = draft.chargers[fold(charger.charger_id)]
    draft.put_charger(replace(kept, last_hold=PastHold(session=session, deadline=deadline, reason=reason)))
    times = _count(draft, "silences" if silence else "no_shows", entry)
    if times > (SILENCES_ALLOWED if silence else NO_SHOWS_ALLOWED):
        _out(draft, entry, reason)
        return
    if silence and times == 1:
        until = draft.now + timedelta(seconds=draft.settings.silence_snooze_s)
        back = replace(entry, snoozed_until=until, snoozed_by_silence=True)
        draft.queue = with_return(draft.queue, back, session.ahead, draft.settings.locked_places)
        draft.reasons.append(f"{_name(session)} did not answer: snoozed {draft.settings.silence_snooze_s} s")
    else:
        penalty = 0.0 if silence else score.NO_SHOW_MIN
        later = replace(entry, score=score.as_joined_at(entry.score, draft.now, penalty))
        draft.queue = with_newcomer(draft.queue, later, draft.settings.locked_places)
        what = "did not answer again: as joined now" if silence else "did not come: as joined in an hour"
        draft.reasons.append(f"{_name(session)} {what}")
    draft.tell(entry, Message.LAPSED if silence else Message.NO_SHOW, charger)


def to_front(draft: Draft, charger: Charger, why: str) -> None:
    """The charger failed its offered or held driver, who ranks before all others now, at no cost."""
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can be withdrawn")
    end_unplugged(draft, charger, session, EndReason.WITHDRAWN)
    front = replace(session.entry, front_at=session.entry.front_at or draft.now, snoozed_until=None)
    draft.queue = with_return(draft.queue, front, (), draft.settings.locked_places)
    draft.reasons.append(f"charger {charger.charger_id} withdrawn from {_name(session)} ({why}), who goes to the front")
    draft.tell(front, Message.FRONT, charger, why=why)


def end_unplugged(draft: Draft, charger: Charger, session: OpenSession, reason: EndReason) -> None:
    """Close an offer or hold that led to nothing; the record is kept."""
    draft.release(charger, session)
    draft.put_record(replace(record_of(draft, charger, session), ended_at=draft.now, end_reason=reason))
    draft.put_charger(replace(charger, session=None))


def restore(draft: Draft, charger: Charger, user_id: str, received_at: datetime) -> Charger:
    """A plug received in time gives a lapsed hold back, unless the charger or the driver went on; it costs nothing."""
    past = charger.last_hold
    if past is None or charger.session is not None or received_at > past.deadline:
        return charger
    entry = past.session.entry
    if entry is None or entry.member.user_id != user_id or draft.charger_of(user_id) is not None:
        return charger
    person = draft.person(user_id)
    if person is None or person.elsewhere:
        return charger
    _uncount(draft, past)
    draft.queue = tuple(one for one in draft.queue if one.member.user_id != user_id)
    draft.take_place(person, entry.entry_id)
    back = replace(charger, session=past.session, last_hold=None)
    draft.put_charger(back)
    draft.reasons.append(f"charger {charger.charger_id} given back to {entry.member.username}: plugged in time")
    return back


def _out(draft: Draft, entry: Entry, reason: EndReason) -> None:
    """Out of the queue until local midnight."""
    draft.day = replace(draft.today, out=(*draft.today.out, entry.member.user_id))
    draft.leave_place(entry.member.user_id)
    draft.reasons.append(f"{entry.member.username} is out until midnight ({reason.value} too often today)")
    draft.tell(entry, Message.REMOVED, reason=reason.value)


def _let_go(draft: Draft, entry: Entry) -> None:
    """Who lets an offer go was not left unserved: the noted need does not count."""
    person = draft.person(entry.member.user_id)
    if person is not None and person.record.ask_day is not None:
        draft.put_person(replace(person, record=score.need_cleared(person.record)))


def _count(draft: Draft, what: str, entry: Entry) -> int:
    """One more today; returns how many that makes."""
    day = draft.today
    counts = Counter(getattr(day, what))
    counts[entry.member.user_id] += 1
    draft.day = replace(day, **{what: dict(counts)})
    return counts[entry.member.user_id]


def _uncount(draft: Draft, past: PastHold) -> None:
    """Take a silence or no-show back."""
    day, user_id = draft.today, past.session.entry.member.user_id if past.session.entry else ""
    what = "silences" if past.reason is EndReason.LAPSED else "no_shows"
    counts = Counter(getattr(day, what))
    counts[user_id] -= 1
    out = tuple(one for one in day.out if one != user_id)
    draft.day = replace(day, out=out, **{what: dict(+counts)})


def _name(session: OpenSession) -> str:
    return session.entry.member.username if session.entry else "nobody known"

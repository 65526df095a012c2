"""Scheduling: offers and holds that end without a word of their driver, and holds that a plug in time gives back."""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import UNPLUGGED, Charger, EndReason, PastHold, Phase
from model.entry import Entry
from model.ids import fold
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs, score
from scheduling.fairness.counts import Counted, count, uncount
from scheduling.fairness.order import with_newcomer, with_return
from scheduling.offering import offers
from scheduling.rights.access import open_to

SILENCES_ALLOWED = 2
NO_SHOWS_ALLOWED = 1


def lapse(draft: Draft, charger: Charger, deadline: datetime) -> None:
    """The deadline of an offer (silence) or of a hold (no-show) has passed."""
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can lapse")
    silence = session.phase is Phase.OFFERED
    reason = EndReason.LAPSED if silence else EndReason.NO_SHOW
    entry = replace(session.entry, let_go=True)
    needs.let_go(draft, entry)
    offers.end_unplugged(draft, charger, session, reason)
    kept = draft.chargers[fold(charger.charger_id)]
    draft.put_charger(replace(kept, last_hold=PastHold(session=session, deadline=deadline, reason=reason)))
    times = count(draft, Counted.SILENCES if silence else Counted.NO_SHOWS, entry)
    if times > (SILENCES_ALLOWED if silence else NO_SHOWS_ALLOWED):
        _out(draft, entry, reason)
        return
    if session.reserved_s:
        draft.day = replace(draft.today, late_min={**draft.today.late_min, entry.member.user_id: score.NO_SHOW_MIN})
        _reservation_ended(draft, charger, entry, "nobody plugged in in time")
        return
    if silence and times == 1:
        until = draft.now + timedelta(seconds=draft.settings.silence_snooze_s)
        offers.keep_place(draft, charger, session, replace(entry, snoozed_until=until, snoozed_by_silence=True))
        draft.reasons.append(f"{offers.name_of(session)} did not answer: snoozed {draft.settings.silence_snooze_s} s")
    else:
        penalty = 0.0 if silence else score.NO_SHOW_MIN
        later = replace(entry, front_at=None, score=score.as_joined_at(entry.score, draft.now, penalty))
        draft.queue = with_newcomer(draft.queue, later, draft.settings.locked_places)
        what = "did not answer again: as joined now" if silence else "did not come: as joined in an hour"
        draft.reasons.append(f"{offers.name_of(session)} {what}")
    draft.tell(entry, Message.LAPSED if silence else Message.NO_SHOW, charger)


def to_front(draft: Draft, charger: Charger, why: str, deadline: datetime | None = None) -> None:
    """The charger failed its offered or held driver, who ranks before all others now, at no cost.

    A reservation just ends: its driver had not queued. With a ``deadline`` the hold can be given back, should the car
    that was plugged in until then be theirs.
    """
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can be withdrawn")
    offers.end_unplugged(draft, charger, session, EndReason.WITHDRAWN)
    if deadline is not None:
        past = PastHold(session=session, deadline=deadline, reason=EndReason.WITHDRAWN)
        draft.put_charger(replace(draft.chargers[fold(charger.charger_id)], last_hold=past))
    if session.reserved_s:
        needs.let_go(draft, session.entry)
        _reservation_ended(draft, charger, session.entry, why)
        return
    front = replace(session.entry, front_at=session.entry.front_at or draft.now, snoozed_until=None)
    draft.queue = with_return(draft.queue, front, (), draft.settings.locked_places)
    draft.reasons.append(
        f"charger {charger.charger_id} withdrawn from {offers.name_of(session)} ({why}), who goes to the front"
    )
    draft.tell(front, Message.FRONT, charger, why=why)


def restore(draft: Draft, charger: Charger, user_id: str, received_at: datetime, *, was_plugged: bool) -> Charger:
    """A plug received in time gives a hold back, unless the charger was given on; then it cost nothing.

    ``was_plugged``: the car was there before its driver identified it; one that came too late ended ``last_hold``.
    """
    past = charger.last_hold
    if past is None or not (was_plugged or received_at <= past.deadline):
        return charger
    entry = past.session.entry
    other = draft.charger_of(user_id)
    if entry is None or entry.member.user_id != user_id or (other is not None and other[1].phase not in UNPLUGGED):
        return charger
    if charger.session is not None:  # Offered to the same driver again.
        uncount(draft, past, user_id)
        return charger
    person = draft.person(user_id)
    if person is None or person.elsewhere or not open_to(draft.site, charger, person.member.groups):
        return charger
    if other is not None:
        offers.end_unplugged(draft, other[0], other[1], EndReason.WITHDRAWN)
    uncount(draft, past, user_id)
    draft.queue = tuple(one for one in draft.queue if one.member.user_id != user_id)
    draft.take_place(person, entry.entry_id)
    back = replace(charger, session=past.session, last_hold=None)
    draft.put_charger(back)
    draft.reasons.append(f"charger {charger.charger_id} given back to {entry.member.username}: plugged in time")
    return back


def _reservation_ended(draft: Draft, charger: Charger, entry: Entry, why: str) -> None:
    """Its driver stands nowhere again, and is told why."""
    draft.leave_place(entry.member.user_id)
    draft.reasons.append(f"the reservation of charger {charger.charger_id} by {entry.member.username} ended: {why}")
    draft.tell(entry, Message.RESERVATION_ENDED, charger, why=why)


def _out(draft: Draft, entry: Entry, reason: EndReason) -> None:
    """Out of the queue until local midnight."""
    draft.day = replace(draft.today, out=(*draft.today.out, entry.member.user_id))
    draft.leave_place(entry.member.user_id)
    draft.reasons.append(f"{entry.member.username} is out until midnight ({reason.value} too often today)")
    draft.tell(entry, Message.REMOVED, reason=reason.value)

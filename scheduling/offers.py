"""Offers and holds: made to the fairest, answered, lapsed, withdrawn. Also where an entry goes afterwards."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from model.charger import Charger, EndReason, OpenSession, PastHold, Phase
from model.entry import Entry, Score
from model.ids import fold
from model.site import Day
from scheduling import needs, score
from scheduling.access import open_to
from scheduling.draft import UNPLUGGED, Draft
from scheduling.effects import Message
from scheduling.order import with_newcomer, with_return
from scheduling.people import Person
from scheduling.sessions import record_of

HOLD_MARGIN = timedelta(minutes=10)
"""A charge point's own reservation outlives our deadline by this; it is cancelled explicitly."""
SILENCES_ALLOWED = 2
NO_SHOWS_ALLOWED = 1


class Counted(StrEnum):
    """What is counted per driver and local day."""

    SNOOZES = "snoozes"
    SILENCES = "silences"
    NO_SHOWS = "no_shows"


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
        asked=f"{draft.site.version + 1}:{len(draft.effects)}" if draft.settings.escalate_after_s else "",
    )
    offered = replace(charger, session=session, last_session=number, last_hold=_same_driver(charger, entry))
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


def hold(draft: Draft, charger: Charger, entry: Entry, until: datetime, reserved_s: int) -> Charger:
    """A charger that nobody has is a driver's without an offer. With a car there the charge point reserves nothing."""
    number = charger.last_session + 1
    at_charge_point = bool(charger.charge_point_id) and not charger.plugged
    if at_charge_point:
        draft.last_reservation += 1
    session = OpenSession(
        number=number,
        phase=Phase.HELD,
        entry=entry,
        assigned_at=draft.now,
        accepted_at=draft.now,
        plug_by=until,
        reservation_id=draft.last_reservation if at_charge_point else 0,
        reserved_s=reserved_s,
    )
    held = replace(charger, session=session, last_session=number, last_hold=_same_driver(charger, entry))
    draft.put_charger(held)
    draft.put_record(record_of(draft, held, session))
    draft.reasons.append(
        f"charger {charger.charger_id} held for {_name(session)}, who asked, until {until:%H:%M:%S} UTC"
    )
    draft.tell(entry, Message.HELD, held, deadline=until)
    draft.hold(held, session, until + HOLD_MARGIN)
    return held


def decline(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """The driver lets the charger go and leaves the queue; the need does not count."""
    _leave(draft, charger, session, EndReason.DECLINED)
    draft.reasons.append(f"{_name(session)} declined charger {charger.charger_id} and left the queue")


def withdraw(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """Somebody else ends an offer or hold: as a decline, and the driver is told."""
    _leave(draft, charger, session, EndReason.WITHDRAWN)
    draft.reasons.append(f"charger {charger.charger_id} was taken from {_name(session)}, who leaves the queue")
    draft.tell(session.entry, Message.WITHDRAWN, charger)


def snooze(draft: Draft, charger: Charger, session: OpenSession, minutes: int) -> None:
    """The driver keeps the place and is asked again later."""
    entry = session.entry
    if entry is None:
        raise RuntimeError("an offer has an entry")
    end_unplugged(draft, charger, session, EndReason.SNOOZED)
    _count(draft, Counted.SNOOZES, entry)
    until = draft.now + timedelta(minutes=minutes)
    _keep_place(draft, charger, session, replace(entry, snoozed_until=until, snoozed_by_silence=False))
    draft.reasons.append(f"{_name(session)} snoozed {minutes} min and keeps the place")


def lapse(draft: Draft, charger: Charger, deadline: datetime) -> None:
    """The deadline of an offer (silence) or of a hold (no-show) has passed."""
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can lapse")
    silence = session.phase is Phase.OFFERED
    reason = EndReason.LAPSED if silence else EndReason.NO_SHOW
    entry = replace(session.entry, let_go=True)
    needs.let_go(draft, entry)
    end_unplugged(draft, charger, session, reason)
    kept = draft.chargers[fold(charger.charger_id)]
    draft.put_charger(replace(kept, last_hold=PastHold(session=session, deadline=deadline, reason=reason)))
    times = _count(draft, Counted.SILENCES if silence else Counted.NO_SHOWS, entry)
    if times > (SILENCES_ALLOWED if silence else NO_SHOWS_ALLOWED):
        _out(draft, entry, reason)
        return
    if session.reserved_s:
        draft.day = replace(draft.today, late_min={**draft.today.late_min, entry.member.user_id: score.NO_SHOW_MIN})
        _reservation_ended(draft, charger, entry, "nobody plugged in in time")
        return
    if silence and times == 1:
        until = draft.now + timedelta(seconds=draft.settings.silence_snooze_s)
        _keep_place(draft, charger, session, replace(entry, snoozed_until=until, snoozed_by_silence=True))
        draft.reasons.append(f"{_name(session)} did not answer: snoozed {draft.settings.silence_snooze_s} s")
    else:
        penalty = 0.0 if silence else score.NO_SHOW_MIN
        later = replace(entry, front_at=None, score=score.as_joined_at(entry.score, draft.now, penalty))
        draft.queue = with_newcomer(draft.queue, later, draft.settings.locked_places)
        what = "did not answer again: as joined now" if silence else "did not come: as joined in an hour"
        draft.reasons.append(f"{_name(session)} {what}")
    draft.tell(entry, Message.LAPSED if silence else Message.NO_SHOW, charger)


def to_front(draft: Draft, charger: Charger, why: str, deadline: datetime | None = None) -> None:
    """The charger failed its offered or held driver, who ranks before all others now, at no cost.

    A reservation just ends: its driver had not queued. With a ``deadline`` the hold can be given back, should the car
    that was plugged in until then be theirs.
    """
    session = charger.session
    if session is None or session.entry is None:
        raise RuntimeError("only an offer or a hold can be withdrawn")
    end_unplugged(draft, charger, session, EndReason.WITHDRAWN)
    if deadline is not None:
        past = PastHold(session=session, deadline=deadline, reason=EndReason.WITHDRAWN)
        draft.put_charger(replace(draft.chargers[fold(charger.charger_id)], last_hold=past))
    if session.reserved_s:
        needs.let_go(draft, session.entry)
        _reservation_ended(draft, charger, session.entry, why)
        return
    front = replace(session.entry, front_at=session.entry.front_at or draft.now, snoozed_until=None)
    draft.queue = with_return(draft.queue, front, (), draft.settings.locked_places)
    draft.reasons.append(f"charger {charger.charger_id} withdrawn from {_name(session)} ({why}), who goes to the front")
    draft.tell(front, Message.FRONT, charger, why=why)


def with_penalty(draft: Draft, person: Person, key: Score) -> Score:
    """The score of a driver who joins: later for a reservation that was not used, once."""
    late_min = dict(draft.today.late_min)
    penalty = late_min.pop(person.member.user_id, None)
    if penalty is None:
        return key
    draft.day = replace(draft.today, late_min=late_min)
    return score.as_joined_at(key, draft.now, penalty)


def end_unplugged(draft: Draft, charger: Charger, session: OpenSession, reason: EndReason) -> None:
    """Close an offer or hold that led to nothing; the record is kept."""
    draft.release(charger, session)
    draft.put_record(replace(record_of(draft, charger, session), ended_at=draft.now, end_reason=reason))
    draft.put_charger(replace(charger, session=None))


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
        _uncount(draft, past, user_id)
        return charger
    person = draft.person(user_id)
    if person is None or person.elsewhere or not open_to(draft.site, charger, person.member.groups):
        return charger
    if other is not None:
        end_unplugged(draft, other[0], other[1], EndReason.WITHDRAWN)
    _uncount(draft, past, user_id)
    draft.queue = tuple(one for one in draft.queue if one.member.user_id != user_id)
    draft.take_place(person, entry.entry_id)
    back = replace(charger, session=past.session, last_hold=None)
    draft.put_charger(back)
    draft.reasons.append(f"charger {charger.charger_id} given back to {entry.member.username}: plugged in time")
    return back


def _same_driver(charger: Charger, entry: Entry) -> PastHold | None:
    """The last hold, if it was this driver's: to them the charger was not given on."""
    past = charger.last_hold
    if past is None or past.session.entry is None or past.session.entry.member.user_id != entry.member.user_id:
        return None
    return past


def _leave(draft: Draft, charger: Charger, session: OpenSession, reason: EndReason) -> None:
    """The driver lets the charger go and leaves the queue."""
    end_unplugged(draft, charger, session, reason)
    if session.entry is not None:
        needs.let_go(draft, session.entry)
        draft.leave_place(session.entry.member.user_id)


def _keep_place(draft: Draft, charger: Charger, session: OpenSession, back: Entry) -> None:
    """The entry comes back to where it was called from: before those called after it, should they come back too."""
    draft.queue = with_return(draft.queue, back, session.ahead, draft.settings.locked_places)
    called = (session.assigned_at, fold(charger.charger_id))
    for key, other in draft.chargers.items():
        later = other.session
        if later is None or later.phase not in UNPLUGGED or later.entry is None:
            continue
        if (later.assigned_at, key) > called and later.entry.entry_id not in session.ahead:
            draft.put_charger(replace(other, session=replace(later, ahead=(*later.ahead, back.entry_id))))


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


def _count(draft: Draft, what: Counted, entry: Entry) -> int:
    """One more today; returns how many that makes."""
    counts = Counter(_counts(draft.today, what))
    counts[entry.member.user_id] += 1
    draft.day = _with_counts(draft.today, what, counts)
    return counts[entry.member.user_id]


def _uncount(draft: Draft, past: PastHold, user_id: str) -> None:
    """Take a silence or no-show back, and with it that the driver was sent away."""
    what = {EndReason.LAPSED: Counted.SILENCES, EndReason.NO_SHOW: Counted.NO_SHOWS}.get(past.reason)
    if what is None:
        return
    counts = Counter(_counts(draft.today, what))
    counts[user_id] -= 1
    day = _with_counts(draft.today, what, +counts)
    late_min = {one: minutes for one, minutes in day.late_min.items() if one != user_id}
    draft.day = replace(day, out=tuple(one for one in day.out if one != user_id), late_min=late_min)


def _counts(day: Day, what: Counted) -> dict[str, int]:
    counts: dict[str, int] = getattr(day, what.value)
    return counts


def _with_counts(day: Day, what: Counted, counts: Counter[str]) -> Day:
    changed: dict[str, Any] = {what.value: dict(counts)}
    return replace(day, **changed)


def _name(session: OpenSession) -> str:
    return session.entry.member.username if session.entry else "nobody known"

"""Scheduling: offers and holds made to the fairest, answered, withdrawn. How they lapse is in :mod:`lapsing`."""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import UNPLUGGED, Charger, EndReason, OpenSession, PastHold, Phase
from model.entry import Entry, Score
from model.ids import fold
from scheduling.charging.sessions import record_of
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs, score
from scheduling.fairness.counts import Counted, count
from scheduling.fairness.order import with_return
from scheduling.people import Person

HOLD_MARGIN = timedelta(minutes=10)
"""A charge point's own reservation outlives our deadline by this; it is cancelled explicitly."""


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
    draft.reasons.append(f"charger {charger.charger_id} held for {name_of(session)} until {plug_by:%H:%M:%S} UTC")
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
        f"charger {charger.charger_id} held for {name_of(session)}, who asked, until {until:%H:%M:%S} UTC"
    )
    draft.tell(entry, Message.HELD, held, deadline=until)
    draft.hold(held, session, until + HOLD_MARGIN)
    return held


def decline(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """The driver lets the charger go and leaves the queue; the need does not count."""
    _leave(draft, charger, session, EndReason.DECLINED)
    draft.reasons.append(f"{name_of(session)} declined charger {charger.charger_id} and left the queue")


def withdraw(draft: Draft, charger: Charger, session: OpenSession) -> None:
    """Somebody else ends an offer or hold: as a decline, and the driver is told."""
    _leave(draft, charger, session, EndReason.WITHDRAWN)
    draft.reasons.append(f"charger {charger.charger_id} was taken from {name_of(session)}, who leaves the queue")
    draft.tell(session.entry, Message.WITHDRAWN, charger)


def snooze(draft: Draft, charger: Charger, session: OpenSession, minutes: int) -> None:
    """The driver keeps the place and is asked again later."""
    entry = session.entry
    if entry is None:
        raise RuntimeError("an offer has an entry")
    end_unplugged(draft, charger, session, EndReason.SNOOZED)
    count(draft, Counted.SNOOZES, entry)
    until = draft.now + timedelta(minutes=minutes)
    keep_place(draft, charger, session, replace(entry, snoozed_until=until, snoozed_by_silence=False))
    draft.reasons.append(f"{name_of(session)} snoozed {minutes} min and keeps the place")


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


def keep_place(draft: Draft, charger: Charger, session: OpenSession, back: Entry) -> None:
    """The entry comes back to where it was called from: before those called after it, should they come back too."""
    draft.queue = with_return(draft.queue, back, session.ahead, draft.settings.locked_places)
    called = (session.assigned_at, fold(charger.charger_id))
    for key, other in draft.chargers.items():
        later = other.session
        if later is None or later.phase not in UNPLUGGED or later.entry is None:
            continue
        if (later.assigned_at, key) > called and later.entry.entry_id not in session.ahead:
            draft.put_charger(replace(other, session=replace(later, ahead=(*later.ahead, back.entry_id))))


def name_of(session: OpenSession) -> str:
    """Whose it is, as reasons say it."""
    return session.entry.member.username if session.entry else "nobody known"


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

"""A session's life once a car is plugged in: opened, full, again, ended, and its energy booked to the driver's share.

A session that never got a plug ends in :mod:`scheduling.offers`.
"""

from dataclasses import replace
from datetime import datetime

from model.account import UserType
from model.charger import Charger, EndReason, OpenSession, OpenTransaction, Phase
from model.entry import Entry
from model.ids import fold
from model.session import MOST_ENERGY_WH, Session, Unended, drawn_wh
from scheduling import needs, overstay, score
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.people import Person

MOST_PAST_TRANSACTIONS = 4
MOST_UNENDED = 4


def record_of(draft: Draft, charger: Charger, session: OpenSession) -> Session:
    """The record of an open session as the site alone knows it: whole until a car is plugged in."""
    member = session.entry.member if session.entry else None
    return Session(
        location_id=draft.site.location_id,
        charger_id=charger.charger_id,
        number=session.number,
        assigned_at=session.assigned_at,
        sort_at=session.assigned_at,
        user_id=member.user_id if member else "",
        username=member.username if member else "",
        user_type=member.type if member else UserType.USER,
        initials=member.initials if member else "",
        accepted_at=session.accepted_at,
        plugged_at=session.plugged_at,
        full_at=session.full_at,
        price=charger.price,
        currency=draft.site.currency,
        confirmed=session.confirmed,
        overstay_s=session.overstay_s,
        walk_up=session.entry is not None and session.entry.via == "walk_up",
    )


def open_walk_up(
    draft: Draft, charger: Charger, person: Person | None, at: datetime, turn: Entry | None = None
) -> Charger:
    """A car charges here without an offer: a session for ``person``, or for nobody.

    ``turn`` is the entry of an offer that the driver leaves for this; else the one they wait with, if they do.
    """
    entry = None if person is None else _turn(draft, person, at, turn)
    number = charger.last_session + 1
    session = OpenSession(
        number=number, phase=Phase.CHARGING, entry=entry, assigned_at=at, plugged_at=at, accepted_at=at
    )
    opened = replace(
        charger, session=session, last_session=number, plugged=True, suspended_at=None, last_hold=None,
        foreign_reservation=False,
    )  # fmt: skip
    draft.put_charger(opened)
    draft.put_record(record_of(draft, opened, session))
    whom = person.member.username if person else "nobody known"
    draft.reasons.append(f"charger {charger.charger_id}: walk-up by {whom}, session {number}")
    draft.tell(entry, Message.STARTED, opened)
    return opened


def _turn(draft: Draft, person: Person, at: datetime, turn: Entry | None) -> Entry:
    """The entry a walk-up charges with."""
    waiting = turn or draft.entry_of(person.member.user_id)
    if waiting is not None:
        draft.drop_entry(waiting.entry_id)
        entry = replace(waiting, snoozed_until=None, snoozed_by_silence=False)
    else:
        draft.last_entry += 1
        entry = Entry(
            entry_id=draft.last_entry,
            member=person.member,
            joined_at=at,
            score=score.score_at_joining(draft.settings.order, person.record, draft.fairness, at),
            via="walk_up",
        )
        noted = score.need_noted(person.record, draft.fairness, draft.today.date, draft.now)
        person = replace(person, record=noted)
    draft.take_place(person, entry.entry_id)
    return entry


def plug_in(draft: Draft, charger: Charger, at: datetime, *, confirmed: bool) -> Charger:
    """The holder of an offer or hold began to charge."""
    session = _session(charger)
    started = replace(
        session, phase=Phase.CHARGING, plugged_at=at, accepted_at=session.accepted_at or at, answer_by=None,
        plug_by=None, confirmed=confirmed,
    )  # fmt: skip
    plugged = replace(
        charger, session=started, plugged=True, suspended_at=None, last_hold=None, foreign_reservation=False
    )
    draft.put_charger(plugged)
    draft.put_record(record_of(draft, plugged, started))
    name = session.entry.member.username if session.entry else "nobody known"
    draft.reasons.append(f"charger {charger.charger_id}: {name} plugged in, session {session.number}")
    draft.tell(session.entry, Message.STARTED, plugged)
    return plugged


def transaction_over(charger: Charger) -> Charger:
    """The charger without its transaction, which is remembered for a while."""
    running = charger.transaction
    if running is None:
        return charger
    past = (*charger.past_transactions, running.transaction_id)[-MOST_PAST_TRANSACTIONS:]
    return replace(charger, transaction=None, past_transactions=past)


def left_at(charger: Charger) -> datetime | None:
    """Since when the charge point says Available although a transaction runs, whose end is still to come; or None."""
    return charger.status_at if charger.transaction is not None and charger.status == "available" else None


def without_ghost(charger: Charger) -> Charger:
    """The charger without a transaction that the charge point seems to have lost: by its last word no car is there."""
    if left_at(charger) is None:
        return charger
    return replace(transaction_over(charger), plugged=False, suspended_at=None)


def begin_transaction(
    draft: Draft, charger: Charger, transaction_id: str, meter_start_wh: int, tag_key: str, at: datetime
) -> Charger:
    """The charge point's transaction belongs to the open session; an earlier one's energy stays counted."""
    session = _session(charger)
    record = draft.record(charger, session.number) or record_of(draft, charger, session)
    before = charger.transaction
    before_wh = record.energy_wh if before is None else _drawn_before(record, meter_start_wh)
    unended = record.unended
    if before is not None and before.session_number == session.number:
        counted_wh = max(0, before_wh - record.energy_before_wh)
        still = Unended(
            transaction_id=before.transaction_id, meter_start_wh=before.meter_start_wh, counted_wh=counted_wh
        )
        unended = (*unended, still)[-MOST_UNENDED:]
    draft.put_record(
        replace(
            record,
            unended=unended,
            transaction_id=transaction_id,
            meter_start_wh=meter_start_wh,
            energy_before_wh=before_wh,
            energy_wh=max(record.energy_wh, before_wh),
        )
    )
    running = replace(
        transaction_over(charger),
        transaction=OpenTransaction(
            transaction_id=transaction_id,
            session_number=session.number,
            meter_start_wh=meter_start_wh,
            started_at=at,
            tag_key=tag_key,
        ),
    )
    draft.put_charger(running)
    return running


def _drawn_before(record: Session, meter_start_wh: int) -> int:
    """The session's energy up to the start of its next transaction, where the one before has not ended yet.

    A register that goes on tells it, also where it is the same transaction told anew. One that began again tells
    nothing: what is known counts, until the end of the one before is told after all.
    """
    start = record.meter_start_wh
    if start is None or meter_start_wh <= 0 or not 0 <= meter_start_wh - start <= MOST_ENERGY_WH:
        return record.energy_wh
    return record.energy_before_wh + meter_start_wh - start


def become_full(draft: Draft, charger: Charger, at: datetime) -> Charger:
    """The car takes no more. Grace begins."""
    session = _session(charger)
    record = draft.record(charger, session.number) or record_of(draft, charger, session)
    full = replace(charger, session=replace(session, phase=Phase.FULL, full_at=at), suspended_at=None, plugged=True)
    draft.put_charger(full)
    draft.put_record(replace(record, full_at=at, power_w=0))
    draft.reasons.append(f"charger {charger.charger_id}: session {session.number} is full")
    draft.tell(session.entry, Message.FULL, full)
    return full


def charge_again(draft: Draft, charger: Charger) -> Charger:
    """A full car takes energy again: it is not overstaying."""
    session = _session(charger)
    record = draft.record(charger, session.number) or record_of(draft, charger, session)
    again = replace(charger, session=replace(session, phase=Phase.CHARGING, full_at=None), suspended_at=None)
    draft.put_charger(again)
    draft.put_record(replace(record, full_at=None))
    draft.reasons.append(f"charger {charger.charger_id}: session {session.number} charges again")
    return again


def close(draft: Draft, charger: Charger, reason: EndReason, at: datetime, note: str = "") -> Charger:
    """A session with a plugged car ends; its energy becomes part of the driver's share."""
    session = _session(charger)
    entry = session.entry
    key = (fold(charger.charger_id), session.number)
    draft.require([entry.member.user_id] if entry else [], [key])
    overstay_s = overstay.taken(draft, charger, session, at)
    record = draft.record(charger, session.number) or record_of(draft, charger, session)
    record = replace(
        record, ended_at=at, end_reason=reason, power_w=0, overstay_s=overstay_s, full_at=session.full_at,
        note=note or record.note,
    )  # fmt: skip
    draft.put_record(record)
    _settle(draft, charger, session, record)
    closed = replace(charger, session=None, suspended_at=None)
    draft.put_charger(closed)
    name = entry.member.username if entry else "nobody known"
    draft.reasons.append(
        f"charger {charger.charger_id}: session {session.number} of {name} ended ({reason.value}), "
        f"{record.energy_wh} Wh, {overstay_s:.0f} s overstay while others waited"
    )
    draft.tell(entry, Message.ENDED, charger, energy_wh=record.energy_wh, reason=reason.value)
    return closed


def _settle(draft: Draft, charger: Charger, session: OpenSession, record: Session) -> None:
    """The driver's part of an ended session: the share, the debt for overstaying, and the place."""
    entry = session.entry
    if record.energy_wh > 0:
        counted = entry is not None and entry.need_booked
        needs.served(draft, record.user_id, record.energy_wh, _debt_kwh(record, record.energy_wh), counted=counted)
    elif entry is not None and charger.transaction is None:
        needs.let_go(draft, entry)
    if entry is not None:
        draft.leave_place(entry.member.user_id)


def book_energy(draft: Draft, charger: Charger, number: int, register_wh: int) -> None:
    """The transaction's last register value. Energy never decreases: a register behind what is known is kept out."""
    record = draft.record(charger, number)
    if record is None:
        return
    start = record.meter_start_wh if record.meter_start_wh is not None else register_wh
    _booked(draft, record, max(record.energy_wh, record.energy_before_wh + drawn_wh(start, register_wh)))


def _booked(draft: Draft, record: Session, energy_wh: int) -> None:
    """The session has drawn so much by now; told after its end, it still counts for its driver's share."""
    more_wh = energy_wh - record.energy_wh
    draft.put_record(replace(record, energy_wh=energy_wh, meter_at=draft.now))
    if record.ended_at is None:
        return
    if energy_wh == 0:  # It came after our session had closed, here and below.
        needs.unmet(draft, record.user_id)
    elif record.energy_wh == 0:
        needs.served(draft, record.user_id, more_wh, _debt_kwh(record, more_wh), counted=False)
    elif more_wh > 0:
        needs.got_more(draft, record.user_id, more_wh, _debt_kwh(record, more_wh))


def book_unended(draft: Draft, charger: Charger, number: int, transaction_id: str, register_wh: int) -> None:
    """The end of a transaction that another of the same session followed: what it drew beyond what is counted."""
    record = draft.record(charger, number)
    past = [] if record is None else [one for one in record.unended if one.transaction_id == transaction_id]
    if record is None or not past:
        return
    more_wh = max(0, drawn_wh(past[0].meter_start_wh, register_wh) - past[0].counted_wh)
    record = replace(
        record,
        unended=tuple(one for one in record.unended if one.transaction_id != transaction_id),
        energy_before_wh=record.energy_before_wh + more_wh,
    )
    draft.put_record(record)
    _booked(draft, record, record.energy_wh + more_wh)


def _debt_kwh(record: Session, energy_wh: int) -> float:
    """What overstaying in this session costs, for this much of its energy."""
    end = record.full_at or record.ended_at
    if end is None or record.plugged_at is None:
        return 0.0
    return score.overstay_debt_kwh(energy_wh, (end - record.plugged_at).total_seconds(), record.overstay_s)


def _session(charger: Charger) -> OpenSession:
    if charger.session is None:
        raise RuntimeError(f"charger {charger.charger_id} has no open session")
    return charger.session

"""A session's life once a car is plugged in: opened, full, again, ended, and its energy booked to the driver's share.

A session that never got a plug ends in :mod:`scheduling.offering.offers` or :mod:`scheduling.offering.lapsing`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from model.account import UserType
from model.charger import Charger, EndReason, OpenSession, OpenTransaction, Phase
from model.entry import Entry
from model.ids import fold
from model.instants import to_text
from model.session import MOST_ENERGY_WH, Session, Unended
from scheduling.charging import overstay
from scheduling.charging.energy import debt_kwh
from scheduling.costs import growing
from scheduling.costs.funds import funded
from scheduling.costs.pricing import price_at, tariff_of
from scheduling.costs.settling import settled
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs, score
from scheduling.forecasting.habits import usual_s
from scheduling.people import Person
from scheduling.rights import quotas

VIA_RESERVATION = "reservation"
"""The turn of a driver who had none and reserved a free charger."""
AGAIN_FULL_WH = 1_000
"""A car that took so much more since its driver was told is full anew; one that only keeps its battery warm is not."""
AFRESH = frozenset({"waiting", "overstay"})
"""The reminders (:class:`scheduling.warnings.ladder.Rung`) that begin again then."""
MOST_PAST_TRANSACTIONS = 4
MOST_UNENDED = 4


def record_of(draft: Draft, charger: Charger, session: OpenSession) -> Session:
    """The record of an open session as the site alone knows it: whole until a car is plugged in."""
    member = session.entry.member if session.entry else None
    tariff = tariff_of(draft.site, charger)
    began = session.plugged_at
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
        price=tariff.price if began is None or not tariff.windows else price_at(tariff, began),
        currency=draft.site.currency,
        tariff=None if began is None else tariff,
        priced_to=began,
        cost=0 if began is not None and tariff.priced else None,
        confirmed=session.confirmed,
        overstay_s=session.overstay_s,
        walk_up=session.entry is not None and session.entry.via == "walk_up",
        reserved_until=_reserved_until(session),
    )


def _reserved_until(session: OpenSession) -> datetime | None:
    """What a reservation was made for; None where a start took the charger, or the queue gave it."""
    asked = session.reserved_s > 0 and session.entry is not None and session.entry.via == VIA_RESERVATION
    return session.assigned_at + timedelta(seconds=session.reserved_s) if asked else None


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
    draft.put_record(quotas.bounded(draft, funded(draft, record_of(draft, opened, session))))
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
        charging_s, full_s = usual_s(person.record)
        entry = Entry(
            entry_id=draft.last_entry,
            member=person.member,
            joined_at=at,
            score=score.score_at_joining(draft.settings.order, person.record, draft.fairness, at),
            via="walk_up",
            usual_charging_s=charging_s,
            usual_full_s=full_s,
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
    draft.put_record(quotas.bounded(draft, funded(draft, record_of(draft, plugged, started))))
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
    draft: Draft,
    charger: Charger,
    transaction_id: str,
    meter_start_wh: int,
    tag_key: str,
    at: datetime,
    began_at: datetime | None = None,
) -> Charger:
    """The charge point's transaction belongs to the open session; an earlier one's energy stays counted.

    ``began_at``: when it began where that is not ``at``, when we heard of it.
    """
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
    record = growing.begun(growing.grown(record, before_wh, at), began_at or at)
    draft.put_record(
        replace(
            record,
            unended=unended,
            transaction_id=transaction_id,
            transaction_began_at=began_at or at,
            transaction_ended_at=None,
            meter_stop_wh=None,
            stop_reason="",
            tag_key=record.tag_key or tag_key,
            meter_start_wh=meter_start_wh,
            energy_before_wh=before_wh,
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
    told_wh = session.told_full_wh
    again = told_wh is None or record.energy_wh - told_wh >= AGAIN_FULL_WH
    ended = replace(session, phase=Phase.FULL, full_at=at)
    if again:
        told = tuple(one for one in ended.told if one not in AFRESH)
        ended = replace(ended, told_full_wh=record.energy_wh, told=told)
    full = replace(charger, session=ended, suspended_at=None, plugged=True)
    draft.put_charger(full)
    draft.put_record(replace(record, full_at=at, power_w=0))
    draft.reasons.append(f"charger {charger.charger_id}: session {session.number} is full")
    if again:
        grace_s = draft.settings.grace_s
        move_by = to_text(at + timedelta(seconds=grace_s)) if grace_s else None
        draft.tell(session.entry, Message.FULL, full, move_by=move_by or "")
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
    record = settled(draft, record)
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
        needs.served(draft, record.user_id, record.energy_wh, debt_kwh(record, record.energy_wh), counted=counted)
        quotas.charged(draft, record, record.energy_wh, sessions=1)
    elif entry is not None and charger.transaction is None:
        needs.let_go(draft, entry)
    if entry is not None:
        draft.leave_place(entry.member.user_id)


def _session(charger: Charger) -> OpenSession:
    if charger.session is None:
        raise RuntimeError(f"charger {charger.charger_id} has no open session")
    return charger.session

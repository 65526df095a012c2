"""A charge point's transactions, reconciled with our sessions. Reports are facts: nothing here refuses.

A transaction that we refused (or know nothing of) is kept apart with session number 0 until it ends.
"""

from dataclasses import replace

from model.charger import UNPLUGGED, Charger, Condition, EndReason, Enforcement, OpenTransaction, Phase
from model.entry import Entry
from model.ids import fold
from scheduling.charging import energy, sessions
from scheduling.costs.growing import began_at
from scheduling.draft import Draft
from scheduling.effects import Alert, StopRemotely
from scheduling.inputs import Tagged, TransactionBegan, TransactionDone
from scheduling.offering import lapsing, offers
from scheduling.outcome import Answer
from scheduling.people import Person
from scheduling.reports.links import heard_again
from scheduling.rights.admission import ACCEPTED, BLOCKED, INVALID, Verdict, admit_at
from scheduling.warnings.warning import warn

LATE_SESSIONS = 3
"""So many of a charger's last sessions are looked at for the late end of a transaction."""


def transaction_began(draft: Draft, report: TransactionBegan) -> Answer:
    """A transaction started: the holder's, a walk-up's, or one to refuse."""
    charger = draft.connector(report.source.charge_point_id, report.connector)
    tagged = report.tagged
    if charger is None:
        return Answer(outcome="noted", reason="unknown_connector", tag_status="Invalid", parent_tag=tagged.parent_tag)
    running = charger.transaction
    told = running is not None and running.transaction_id == report.transaction_id
    if running is not None and told and (running.session_number or not report.admitted):  # Else: refused too late.
        status = ACCEPTED if running.session_number else BLOCKED
        return Answer(outcome="repeat", tag_status=status, parent_tag=tagged.parent_tag)
    if report.booked or report.transaction_id in charger.past_transactions:
        return Answer(outcome="repeat", reason="over", tag_status=tagged.verdict, parent_tag=tagged.parent_tag)
    at = min(report.source.received_at, draft.now)
    person = draft.person(tagged.user_id) if tagged.user_id else None
    was_plugged = charger.plugged
    charger = _superseded(draft, charger, tagged.tag_key)
    charger = _started(charger, offline=report.offline)
    draft.put_charger(charger)
    if tagged.user_id:
        charger = lapsing.restore(draft, charger, tagged.user_id, at, was_plugged=was_plugged)
    verdict = admit_at(draft.finished(), charger, tagged, person, draft.now)
    presumed = charger.enforcement is Enforcement.PRESUMED
    if not (verdict.admitted or presumed or report.offline or report.admitted):
        return _refused(draft, charger, report, verdict)
    confirmed = verdict.admitted
    if not verdict.admitted and (tagged.user_id or not presumed or charger.session is None):
        charger, person = _history(draft, charger, person, verdict)
        confirmed = True
    charger = _owned(draft, charger, person, report, confirmed=confirmed)
    began = began_at(report.source.occurred_at, at, offline=report.offline)
    sessions.begin_transaction(draft, charger, report.transaction_id, report.meter_start_wh, tagged.tag_key, at, began)
    status = ACCEPTED if verdict.admitted or tagged.verdict == ACCEPTED else verdict.tag_status
    return Answer(
        reason=verdict.reason,
        tag_status=status,
        parent_tag=tagged.parent_tag,
        charger_id=charger.charger_id,
        session_number=charger.last_session,
    )


def transaction_done(draft: Draft, report: TransactionDone) -> Answer:
    """A transaction ended. Its last register is booked; the session ends only when no car is there."""
    tagged = report.tagged
    answer = Answer(
        tag_status=tagged.verdict if tagged is not None else "",
        parent_tag=tagged.parent_tag if tagged is not None else "",
    )
    charger = next(
        (
            one
            for one in draft.chargers_at(report.source.charge_point_id)
            if one.transaction is not None and one.transaction.transaction_id == report.transaction_id
        ),
        None,
    )
    if charger is None or charger.transaction is None:
        return _late(draft, report, answer)
    if tagged is not None and not _may_end(draft, charger, tagged):
        answer = _ended_by_another(draft, charger, answer)
    elif tagged is not None and not tagged.user_id and charger.transaction.session_number:
        answer = replace(answer, tag_status=ACCEPTED)  # Nobody's card, but it was let to begin.
    number = charger.transaction.session_number
    at = min(report.source.received_at, draft.now)
    gone = report.reason == "EVDisconnected" or charger.status == "available"  # Said since it began.
    ended = sessions.transaction_over(heard_again(charger, draft.settings, at))
    ended = replace(ended, plugged=charger.plugged and not gone)
    if number == 0:
        draft.put_charger(ended)
        draft.reasons.append(f"charger {charger.charger_id}: a refused transaction ended")
        return replace(answer, outcome="noted", reason="refused_transaction", charger_id=charger.charger_id)
    energy.book_energy(draft, charger, number, report.meter_stop_wh, min(report.source.occurred_at, at))
    _describe(draft, charger, number, report)
    draft.put_charger(ended)
    session = ended.session
    if session is not None and session.number == number:
        if gone:
            sessions.close(draft, ended, EndReason.UNPLUGGED, at)
        elif session.phase is Phase.CHARGING:
            sessions.become_full(draft, ended, at)
    return replace(answer, charger_id=charger.charger_id, session_number=number)


def _describe(draft: Draft, charger: Charger, number: int, report: TransactionDone) -> None:
    """What is known of the charge as a whole once it is over."""
    record = draft.record(charger, number)
    if record is None:
        return
    at = began_at(report.source.occurred_at, min(report.source.received_at, draft.now), offline=report.offline)
    draft.put_record(
        replace(
            record,
            transaction_ended_at=max(at, record.transaction_began_at or at),
            meter_stop_wh=report.meter_stop_wh,
            stop_reason=report.reason,
            session_type=report.session_type or record.session_type,
            vendor_session_id=report.vendor_session_id or record.vendor_session_id,
        )
    )


def _ended_by_another(draft: Draft, charger: Charger, answer: Answer) -> Answer:
    """The charge point should not have taken that card's word. It did: the car has stopped."""
    if charger.transaction is not None and charger.transaction.session_number:
        warn(draft, Alert.ANOMALY, charger, reason="ended_by_another_card")
    draft.reasons.append(f"charger {charger.charger_id}: a card of somebody else ended the transaction")
    return replace(answer, outcome="noted", reason="ended_by_another_card", tag_status=INVALID)


def _may_end(draft: Draft, charger: Charger, tagged: Tagged) -> bool:
    """Whether the tag is the starter's, or of the same driver. The end is a fact all the same."""
    running = charger.transaction
    if running is None or running.tag_key == tagged.tag_key:
        return True
    record = draft.record(charger, running.session_number) if running.session_number else None
    return record is not None and record.user_id == tagged.user_id != ""


def _late(draft: Draft, report: TransactionDone, answer: Answer) -> Answer:
    """The end of a transaction that another one followed: its energy still belongs to its session."""
    for charger in draft.chargers_at(report.source.charge_point_id):
        if report.connector not in {None, 0, charger.connector}:
            continue
        newest = charger.last_session
        numbers = range(newest, max(0, newest - LATE_SESSIONS), -1)
        draft.require([], [(fold(charger.charger_id), number) for number in numbers])
        for number in numbers:
            record = draft.record(charger, number)
            if record is None:
                continue
            if record.transaction_id == report.transaction_id:
                occurred_at = min(report.source.occurred_at, report.source.received_at)
                energy.book_energy(draft, charger, number, report.meter_stop_wh, occurred_at)
                _describe(draft, charger, number, report)
            elif any(one.transaction_id == report.transaction_id for one in record.unended):
                energy.book_unended(draft, charger, number, report.transaction_id, report.meter_stop_wh)
            else:
                continue
            return replace(answer, reason="late", charger_id=charger.charger_id, session_number=number)
    return replace(answer, outcome="noted", reason="unknown_transaction")


def _started(charger: Charger, *, offline: bool) -> Charger:
    """The charger works and a car is there; that it was free before says nothing of what comes.

    Of a start told late it does: the word on the charger is newer than the start.
    """
    before = charger.status
    return replace(
        charger,
        plugged=True,
        offline_since=None,
        condition=Condition.OK,
        foreign_reservation=False,
        status="" if before == "available" and not offline else before,
    )


def _superseded(draft: Draft, charger: Charger, tag_key: str) -> Charger:
    """The charger without the transaction that ran before this one and did not end, unless this one goes on with it.

    The same tag goes on with its session. Another tag ends it as a ghost. What was refused, or outlived its session,
    is forgotten.
    """
    running, session = charger.transaction, charger.session
    if running is None:
        return charger
    if session is not None and session.number == running.session_number:
        if running.tag_key == tag_key:
            return charger
        without = sessions.transaction_over(charger)
        draft.put_charger(without)
        return sessions.close(draft, without, EndReason.GHOST, draft.now, note="its transaction never ended")
    return sessions.transaction_over(charger)


def _owned(
    draft: Draft, charger: Charger, person: Person | None, report: TransactionBegan, *, confirmed: bool
) -> Charger:
    """The open session this transaction belongs to: the holder's, the running one again, or a new walk-up."""
    session = charger.session
    at = min(report.source.received_at, draft.now)
    if session is None:
        if person is None:
            return sessions.open_walk_up(draft, charger, None, at)
        turn = _give_up_other_hold(draft, person.member.user_id)
        return sessions.open_walk_up(draft, charger, draft.person(person.member.user_id), at, turn)
    if session.phase in UNPLUGGED:
        if report.reservation_id != session.reservation_id:
            draft.release(charger, session)  # Not consumed by the start: let go of it.
        return sessions.plug_in(draft, charger, at, confirmed=confirmed)
    return sessions.charge_again(draft, charger) if session.phase is Phase.FULL else charger


def _give_up_other_hold(draft: Draft, user_id: str) -> Entry | None:
    """Who was called to one charger and starts at another free one gives the first back, and goes on with that turn."""
    found = draft.charger_of(user_id)
    if found is None or found[1].phase not in UNPLUGGED:
        return None
    offers.end_unplugged(draft, found[0], found[1], EndReason.WITHDRAWN)
    return found[2]


def _refused(draft: Draft, charger: Charger, report: TransactionBegan, verdict: Verdict) -> Answer:
    """Not theirs to charge: booked apart, stopped at the charger in case its answer came too late."""
    draft.put_charger(
        replace(
            charger,
            transaction=OpenTransaction(
                transaction_id=report.transaction_id,
                session_number=0,
                meter_start_wh=report.meter_start_wh,
                started_at=report.source.received_at,
                tag_key=report.tagged.tag_key,
            ),
        )
    )
    draft.effects.append(
        StopRemotely(
            charge_point_id=charger.charge_point_id,
            connector=charger.connector,
            transaction_id=report.transaction_id,
        )
    )
    warn(draft, Alert.STRANGER, charger, reason=verdict.reason)
    draft.reasons.append(f"charger {charger.charger_id}: a start was refused ({verdict.reason})")
    return Answer(
        outcome="noted",
        reason=verdict.reason,
        tag_status=verdict.tag_status,
        parent_tag=report.tagged.parent_tag,
    )


def _history(draft: Draft, charger: Charger, person: Person | None, verdict: Verdict) -> tuple[Charger, Person | None]:
    """Nobody could refuse it: whoever held the charger goes to the front; if need be the session is of nobody."""
    warn(draft, Alert.ANOMALY, charger, reason=verdict.reason)
    draft.reasons.append(f"charger {charger.charger_id}: a start could not be refused ({verdict.reason})")
    if charger.session is not None and charger.session.phase in UNPLUGGED:
        lapsing.to_front(draft, charger, "taken by another car")
    elif charger.session is not None:
        sessions.close(draft, charger, EndReason.GHOST, draft.now, note="another transaction began")
    charger = draft.chargers[fold(charger.charger_id)]
    if person is not None:
        person = draft.person(person.member.user_id)
    if person is not None:
        other = draft.charger_of(person.member.user_id)
        if person.elsewhere or (other is not None and other[1].phase not in UNPLUGGED):
            person = None
    return charger, person

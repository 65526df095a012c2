"""A charge point's transactions and links, reconciled with our sessions. Reports are facts: nothing here refuses.

A transaction that we refused (or know nothing of) is kept apart with session number 0 until it ends.
"""

from dataclasses import replace

from model.ids import fold
from model.site import Charger, Condition, EndReason, Enforcement, OpenTransaction, Phase
from scheduling import connectors, offers, sessions
from scheduling.admission import ACCEPTED, Verdict, admit_at
from scheduling.draft import UNPLUGGED, Draft
from scheduling.effects import Alert, Message, StopRemotely, Warn
from scheduling.inputs import (
    Booted,
    HoldAnswered,
    LinkChanged,
    StartAnswered,
    TransactionBegan,
    TransactionDone,
)
from scheduling.outcome import Answer
from scheduling.people import Person


def transaction_began(draft: Draft, report: TransactionBegan) -> Answer:
    """A transaction started: the holder's, a walk-up's, or one to refuse."""
    charger = draft.connector(report.source.charge_point_id, report.connector)
    tagged = report.tagged
    if charger is None:
        return Answer(outcome="noted", reason="unknown_connector", tag_status="Invalid", parent_tag=tagged.parent_tag)
    running = charger.transaction
    if running is not None and running.transaction_id == report.transaction_id:
        status = ACCEPTED if running.session_number else "Blocked"
        return Answer(outcome="repeat", tag_status=status, parent_tag=tagged.parent_tag)
    person = draft.person(tagged.user_id) if tagged.user_id else None
    if running is not None and running.session_number == 0:
        charger = replace(charger, transaction=None)
    elif running is not None and report.tagged.tag_key != running.tag_key:
        charger = _ghost(draft, charger)
    charger = replace(charger, plugged=True, offline_since=None, condition=Condition.OK, foreign_reservation=False)
    draft.put_charger(charger)
    if tagged.user_id and charger.session is None:
        charger = offers.restore(draft, charger, tagged.user_id, report.source.received_at)
    verdict = admit_at(draft.finished(), charger, tagged, person, draft.now)
    if not verdict.admitted:
        if not report.offline:
            return _refused(draft, charger, report, verdict)
        charger, person = _history(draft, charger, person)
    charger = _owned(draft, charger, person, report)
    sessions.begin_transaction(
        draft,
        charger,
        report.transaction_id,
        report.meter_start_wh,
        tagged.tag_key,
        report.source.received_at,
    )
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
    status = tagged.verdict if tagged is not None else ""
    parent = tagged.parent_tag if tagged is not None else ""
    charger = next(
        (
            one
            for one in draft.chargers_at(report.source.charge_point_id)
            if one.transaction is not None and one.transaction.transaction_id == report.transaction_id
        ),
        None,
    )
    if charger is None or charger.transaction is None:
        return Answer(outcome="noted", reason="unknown_transaction", tag_status=status, parent_tag=parent)
    number = charger.transaction.session_number
    ended = replace(charger, transaction=None, offline_since=None)
    answer = Answer(tag_status=status, parent_tag=parent, charger_id=charger.charger_id, session_number=number or None)
    if number == 0:
        draft.put_charger(ended)
        draft.reasons.append(f"charger {charger.charger_id}: a refused transaction ended")
        return replace(answer, outcome="noted", reason="refused_transaction", session_number=None)
    sessions.book_energy(draft, charger, number, report.meter_stop_wh)
    draft.put_charger(ended)
    session = ended.session
    if session is None or session.number != number:
        return answer
    if report.reason == "EVDisconnected":
        sessions.close(draft, replace(ended, plugged=False), EndReason.UNPLUGGED, report.source.received_at)
    elif session.phase is Phase.CHARGING:
        sessions.become_full(draft, ended, report.source.received_at)
    return answer


def link_changed(draft: Draft, report: LinkChanged) -> Answer:
    """The charge point's link came or went. A word of an older socket does not count."""
    link = draft.links.get(report.source.charge_point_id)
    if link is None:
        return Answer(outcome="noted", reason="unknown_charge_point")
    older = link.bridge_id == report.bridge_id and report.epoch < link.epoch
    foreign = not report.connected and link.bridge_id not in {"", report.bridge_id}
    if older or foreign:
        return Answer(outcome="noted", reason="older_connection")
    if report.connected:
        draft.put_link(replace(link, bridge_id=report.bridge_id, epoch=report.epoch))
    for charger in draft.chargers_at(link.charge_point_id):
        if report.connected and charger.offline_since is not None:
            draft.put_charger(replace(charger, offline_since=None))
            draft.reasons.append(f"charger {charger.charger_id} is connected again")
        elif not report.connected and charger.offline_since is None and not charger.retired:
            draft.put_charger(replace(charger, offline_since=report.source.received_at))
            draft.effects.append(Warn(alert=Alert.OFFLINE, charger_id=charger.charger_id))
            draft.reasons.append(f"charger {charger.charger_id} is offline")
    return Answer()


def booted(draft: Draft, report: Booted) -> Answer:
    """A restart changes no session: the charge point reports what goes on."""
    known = report.source.charge_point_id in draft.links
    return Answer() if known else Answer(outcome="noted", reason="unknown_charge_point")


def hold_answered(draft: Draft, report: HoldAnswered) -> Answer:
    """What the charge point said to our hold decides how the charger is enforced, or that it cannot be held."""
    charger = next(
        (
            one
            for one in draft.chargers_at(report.charge_point_id)
            if one.session is not None and one.session.reservation_id == report.reservation_id
        ),
        None,
    )
    if charger is None or charger.session is None:
        return Answer(outcome="noted", reason="hold_over")
    if report.outcome == "accepted":
        draft.put_charger(replace(charger, enforcement=Enforcement.RESERVE))
        return Answer()
    if report.answer in {"Rejected", "NotSupported", "NotImplemented"}:
        draft.put_charger(replace(charger, enforcement=Enforcement.AUTHORIZE))
        return Answer(reason="no_reservations")
    if report.answer not in {"Occupied", "Faulted", "Unavailable"} or charger.session.phase not in UNPLUGGED:
        return Answer(outcome="noted", reason=report.answer or report.outcome)
    if report.answer == "Occupied":
        if charger.session.phase is Phase.HELD and charger.plugged:
            return Answer(outcome="noted", reason="holder_may_be_plugged")
        draft.put_charger(replace(charger, plugged=True))
        offers.to_front(draft, draft.chargers[fold(charger.charger_id)], "occupied")
    else:
        condition = Condition.FAULTED if report.answer == "Faulted" else Condition.UNAVAILABLE
        connectors.fail(draft, charger, condition, report.answer.lower())
    return Answer()


def start_answered(draft: Draft, report: StartAnswered) -> Answer:
    """A remote start that came to nothing is told to the driver, whose hold stands."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or report.outcome == "accepted":
        return Answer()
    entry = charger.session.entry if charger.session else None
    draft.tell(entry, Message.START_FAILED, charger, why=report.answer or report.outcome)
    draft.reasons.append(f"charger {charger.charger_id} did not start: {report.answer or report.outcome}")
    return Answer()


def _owned(draft: Draft, charger: Charger, person: Person | None, report: TransactionBegan) -> Charger:
    """The open session this transaction belongs to: the holder's, the running one again, or a new walk-up."""
    session = charger.session
    at = report.source.received_at
    if session is None:
        if person is not None:
            _give_up_other_hold(draft, person.member.user_id)
            person = draft.person(person.member.user_id)
        return sessions.open_walk_up(draft, charger, person, at)
    if session.phase in UNPLUGGED:
        if report.reservation_id != session.reservation_id:
            draft.release(charger, session)  # Not consumed by the start: let go of it.
        return sessions.plug_in(draft, charger, at, confirmed=True)
    return sessions.charge_again(draft, charger) if session.phase is Phase.FULL else charger


def _give_up_other_hold(draft: Draft, user_id: str) -> None:
    """Who was called to one charger and starts at another free one gives the first back."""
    found = draft.charger_of(user_id)
    if found is not None and found[1].phase in UNPLUGGED:
        offers.end_unplugged(draft, found[0], found[1], EndReason.WITHDRAWN)


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
    draft.effects.append(Warn(alert=Alert.STRANGER, charger_id=charger.charger_id, facts={"reason": verdict.reason}))
    draft.reasons.append(f"charger {charger.charger_id}: a start was refused ({verdict.reason})")
    return Answer(
        outcome="noted",
        reason=verdict.reason,
        tag_status=verdict.tag_status,
        parent_tag=report.tagged.parent_tag,
    )


def _history(draft: Draft, charger: Charger, person: Person | None) -> tuple[Charger, Person | None]:
    """It happened while nobody could refuse it: whoever held the charger goes to the front; a session is opened."""
    if charger.session is not None and charger.session.phase in UNPLUGGED:
        offers.to_front(draft, charger, "taken while offline")
    elif charger.session is not None:
        sessions.close(draft, charger, EndReason.GHOST, draft.now, note="another transaction began")
    charger = draft.chargers[fold(charger.charger_id)]
    if person is not None:
        person = draft.person(person.member.user_id)
    if person is not None and (person.elsewhere or draft.charger_of(person.member.user_id) is not None):
        person = None
    return charger, person


def _ghost(draft: Draft, charger: Charger) -> Charger:
    """A transaction that never ended, followed by another: its session ends as a ghost."""
    running = charger.transaction
    charger = replace(charger, transaction=None)
    draft.put_charger(charger)
    session = charger.session
    if running is not None and session is not None and session.number == running.session_number:
        return sessions.close(draft, charger, EndReason.GHOST, draft.now, note="its transaction never ended")
    return charger

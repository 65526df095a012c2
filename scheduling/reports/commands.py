"""What a charge point said to our commands. Reports are facts: nothing here refuses."""

from dataclasses import replace

from model.charger import UNPLUGGED, Charger, Condition, Enforcement, OpenSession, Phase
from model.ids import fold
from scheduling.draft import Draft
from scheduling.effects import Alert
from scheduling.inputs import HoldAnswered, StartAnswered, StopFailed
from scheduling.offering import lapsing
from scheduling.outcome import Answer
from scheduling.reports import connectors
from scheduling.reports.links import shown
from scheduling.requests import starting
from scheduling.states import RESERVED
from scheduling.warnings.warning import warn

_KINDS = {one.value: one for one in (Enforcement.POWER, Enforcement.PRESUMED)}
"""A unit that speaks no OCPP answers a hold with how it is kept."""


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
        shown(draft, charger, _KINDS.get(report.answer, Enforcement.RESERVE))
        return Answer()
    if report.answer in {"Rejected", "NotSupported", "NotImplemented"}:
        shown(draft, charger, Enforcement.AUTHORIZE)
        return Answer(reason="no_reservations")
    if report.answer not in {"Occupied", "Faulted", "Unavailable"} or charger.session.phase not in UNPLUGGED:
        return Answer(outcome="noted", reason=report.answer or report.outcome)
    if report.answer == "Occupied":
        if charger.session.phase is Phase.HELD and charger.plugged:
            return Answer(outcome="noted", reason="holder_may_be_plugged")
        if charger.session.phase is Phase.HELD and charger.status == RESERVED:
            return Answer(outcome="noted", reason="reserved_already")  # It keeps the offer's reservation as it is.
        draft.put_charger(replace(charger, plugged=not _free_since(charger, charger.session)))
        lapsing.to_front(draft, draft.chargers[fold(charger.charger_id)], "a car is there")
    else:
        condition = Condition.FAULTED if report.answer == "Faulted" else Condition.UNAVAILABLE
        connectors.fail(draft, charger, condition, report.answer.lower())
    return Answer()


def start_answered(draft: Draft, report: StartAnswered) -> Answer:
    """A remote start that came to nothing is told to the driver, whose hold stands, unless it was for this start."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None:
        return Answer()
    if report.outcome == "accepted":
        if not starting.given_up(draft, charger):
            starting.answered(draft, charger)
        return Answer()
    session = charger.session
    entry = session.entry if session else None
    if report.tag and (entry is None or entry.member.tag != report.tag):
        return Answer(outcome="noted", reason="hold_over")
    if starting.given_up(draft, charger):
        return Answer(outcome="noted", reason="told_before")
    starting.answered(draft, charger)
    starting.came_to_nothing(draft, draft.chargers[fold(charger.charger_id)], report.answer or report.outcome)
    return Answer()


def stop_failed(draft: Draft, report: StopFailed) -> Answer:
    """A charge that was to end goes on, for its charge point would not or cannot end it: the managers are told."""
    charger = next(
        (
            one
            for one in draft.chargers_at(report.charge_point_id)
            if one.transaction is not None and one.transaction.transaction_id == report.transaction_id
        ),
        None,
    )
    if charger is None:
        return Answer(outcome="noted", reason="over")
    why = report.answer or report.outcome
    warn(draft, Alert.NOT_STOPPED, charger, reason=why)
    draft.reasons.append(f"charger {charger.charger_id}: the charge could not be stopped ({why})")
    return Answer(charger_id=charger.charger_id)


def _free_since(charger: Charger, session: OpenSession) -> bool:
    """Whether the charge point said Available after the offer: its answer is older, the two crossed."""
    return charger.status == "available" and charger.status_at is not None and charger.status_at > session.assigned_at

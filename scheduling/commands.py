"""What a charge point said to our commands. Reports are facts: nothing here refuses."""

from dataclasses import replace

from model.charger import Charger, Condition, Enforcement, OpenSession, Phase
from model.ids import fold
from scheduling import connectors, offers
from scheduling.draft import UNPLUGGED, Draft
from scheduling.effects import Message
from scheduling.inputs import HoldAnswered, StartAnswered
from scheduling.outcome import Answer
from scheduling.starting import VIA_START
from scheduling.states import RESERVED

_SHOWN = frozenset({Enforcement.RESERVE, Enforcement.AUTHORIZE})
"""What a charge point shows by its answers; the others are an admin's choice."""


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
        _enforced(draft, charger, Enforcement.RESERVE)
        return Answer()
    if report.answer in {"Rejected", "NotSupported", "NotImplemented"}:
        _enforced(draft, charger, Enforcement.AUTHORIZE)
        return Answer(reason="no_reservations")
    if report.answer not in {"Occupied", "Faulted", "Unavailable"} or charger.session.phase not in UNPLUGGED:
        return Answer(outcome="noted", reason=report.answer or report.outcome)
    if report.answer == "Occupied":
        if charger.session.phase is Phase.HELD and charger.plugged:
            return Answer(outcome="noted", reason="holder_may_be_plugged")
        if charger.session.phase is Phase.HELD and charger.status == RESERVED:
            return Answer(outcome="noted", reason="reserved_already")  # It keeps the offer's reservation as it is.
        draft.put_charger(replace(charger, plugged=not _free_since(charger, charger.session)))
        offers.to_front(draft, draft.chargers[fold(charger.charger_id)], "a car is there")
    else:
        condition = Condition.FAULTED if report.answer == "Faulted" else Condition.UNAVAILABLE
        connectors.fail(draft, charger, condition, report.answer.lower())
    return Answer()


def start_answered(draft: Draft, report: StartAnswered) -> Answer:
    """A remote start that came to nothing is told to the driver, whose hold stands, unless it was for this start."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or report.outcome == "accepted":
        return Answer()
    session = charger.session
    entry = session.entry if session else None
    if report.tag and (entry is None or entry.member.tag != report.tag):
        return Answer(outcome="noted", reason="hold_over")
    why = report.answer or report.outcome
    draft.tell(entry, Message.START_FAILED, charger, why=why)
    draft.reasons.append(f"charger {charger.charger_id} did not start: {why}")
    if session is not None and session.phase is Phase.HELD and session.reserved_s and entry and entry.via == VIA_START:
        offers.to_front(draft, charger, "it did not start")
    return Answer()


def _free_since(charger: Charger, session: OpenSession) -> bool:
    """Whether the charge point said Available after the offer: its answer is older, the two crossed."""
    return charger.status == "available" and charger.status_at is not None and charger.status_at > session.assigned_at


def _enforced(draft: Draft, charger: Charger, enforcement: Enforcement) -> None:
    if charger.enforcement in _SHOWN:
        draft.put_charger(replace(charger, enforcement=enforcement))

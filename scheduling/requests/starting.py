"""Starting and stopping from afar, by the driver: the charge point is asked, its reports tell what it does."""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Charger, Condition, Phase
from model.errors import Conflict
from model.ids import fold
from scheduling.draft import Draft
from scheduling.effects import Message, StartRemotely
from scheduling.inputs import StartCharging, StopCharging, Tagged
from scheduling.offering import lapsing, offers
from scheduling.outcome import Answer
from scheduling.requests import reservations
from scheduling.requests.asking import allowed, charger_named, known, own_session, refuse_absent, refuse_closed
from scheduling.rights.access import refuse_shut_out
from scheduling.rights.admission import Verdict, admit_at
from scheduling.rights.quotas import refuse_used_up
from scheduling.states import Standing

VIA_START = "start"
"""The turn of a driver who had none and started at a free charger: it is over if the charge point does not start."""
_REFUSED = {
    "in_use": "it is in use",
    "held_for_another": "it is held for somebody else",
    "others_wait": "others wait for it; join the queue",
    "join_first": "here chargers go to the queue; join it",
    "out_of_service": "it is out of service",
    "balance_exhausted": "your balance is used up; top it up first",
    "other_currency": "your balance is in another currency",
    "already_placed": "you are queued or charging at another location",
    "already_charging": "you are charging here already",
}


def start_charging(draft: Draft, request: StartCharging) -> Answer:
    """Have the charger start for the driver: the holder, who thereby answers, or to whom a free one is given now."""
    person = known(draft, request.user_id)
    charger = charger_named(draft, request.charger_id)
    standing = allowed(draft, request.user_id, "StartCharging")
    if not charger.charge_point_id:
        raise Conflict("no_remote_start", f"Charger {charger.charger_id} cannot be started from afar; plug in.")
    if charger.offline_since is not None:
        raise Conflict("charger_offline", f"Charger {charger.charger_id} cannot be reached now.")
    if charger.condition is not Condition.OK:
        raise Conflict("charger_not_ready", f"Charger {charger.charger_id} is {charger.condition.value}.")
    tagged = Tagged(user_id=request.user_id, parent_tag=person.member.tag, verdict="Accepted")
    verdict = admit_at(draft.finished(), charger, tagged, person, draft.now)
    if not verdict.admitted:
        if verdict.reason == "no_access":
            refuse_shut_out(draft, person, charger)
        if verdict.reason == "quota_used":
            refuse_used_up(draft, person)
        raise _refused(charger.charger_id, verdict)
    session = charger.session
    if session is None:
        if charger.transaction is not None or charger.foreign_reservation:
            raise _refused(charger.charger_id, Verdict(tag_status="Blocked", reason="in_use"))
        if standing is Standing.NONE and not charger.plugged:  # Nobody shows that they are there: it is as reserving.
            refuse_closed(draft, person)
            refuse_absent(draft, present=request.present)
        charger = reservations.take(draft, charger, person, draft.settings.plug_in_s, VIA_START)
    elif session.phase is Phase.OFFERED:
        offers.accept(draft, charger, session)
    _await_answer(draft, draft.chargers[fold(charger.charger_id)], request.answer_s)
    draft.effects.append(
        StartRemotely(
            charge_point_id=charger.charge_point_id,
            connector=charger.connector,
            tag=person.member.tag,
            charger_id=charger.charger_id,
        )
    )
    draft.reasons.append(f"charger {charger.charger_id} asked to start for {person.member.username}")
    return Answer(charger_id=charger.charger_id, session_number=charger.last_session)


def answered(draft: Draft, charger: Charger) -> None:
    """The charge point has said what it does: nobody waits for its answer any more."""
    session = charger.session
    if session is not None and session.phase is Phase.HELD and session.start_by is not None:
        draft.put_charger(replace(charger, session=replace(session, start_by=None)))


def given_up(draft: Draft, charger: Charger) -> bool:
    """Whether the driver was told already that no answer came: in the first decision after its time."""
    start_by = charger.session.start_by if charger.session is not None else None
    decided_at = draft.state.site.decided_at
    return start_by is not None and decided_at is not None and start_by <= decided_at


def came_to_nothing(draft: Draft, charger: Charger, why: str) -> None:
    """The driver is told, whose hold stands, unless it was for this start."""
    session = charger.session
    entry = session.entry if session else None
    draft.tell(entry, Message.START_FAILED, charger, why=why)
    draft.reasons.append(f"charger {charger.charger_id} did not start: {why}")
    if session is not None and session.phase is Phase.HELD and session.reserved_s and entry and entry.via == VIA_START:
        lapsing.to_front(draft, charger, "it did not start")


def give_up(draft: Draft) -> None:
    """Starts that nobody answered in time, whatever became of the bridge that was to ask, came to nothing."""
    for charger in list(draft.chargers.values()):
        start_by = _awaited(charger)
        if start_by is not None and start_by <= draft.now and not given_up(draft, charger):
            came_to_nothing(draft, charger, "expired")


def deadlines(draft: Draft) -> list[datetime]:
    """When starts are given up."""
    awaited = [_awaited(charger) for charger in draft.chargers.values()]
    return [start_by for start_by in awaited if start_by is not None and start_by > draft.now]


def _await_answer(draft: Draft, charger: Charger, answer_s: int) -> None:
    session = charger.session
    if answer_s and session is not None and session.phase is Phase.HELD:
        start_by = draft.now + timedelta(seconds=answer_s)
        draft.put_charger(replace(charger, session=replace(session, start_by=start_by)))


def _awaited(charger: Charger) -> datetime | None:
    session = charger.session
    return session.start_by if session is not None and session.phase is Phase.HELD else None


def stop_charging(draft: Draft, request: StopCharging) -> Answer:
    """Have the charger stop; the session lasts until the plug is out."""
    charger, session = own_session(draft, request.user_id, request.charger_id, "StopCharging")
    if not charger.charge_point_id:
        raise Conflict("no_remote_stop", f"Charger {charger.charger_id} cannot be stopped from afar.")
    if charger.transaction is None:
        raise Conflict("no_remote_stop", f"Nothing runs at charger {charger.charger_id} that could be stopped.")
    if charger.offline_since is not None:
        raise Conflict("charger_offline", f"Charger {charger.charger_id} cannot be reached now.")
    draft.stop(charger, charger.transaction)
    draft.reasons.append(f"charger {charger.charger_id} asked to stop by its driver")
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def _refused(charger_id: str, verdict: Verdict) -> Conflict:
    why = _REFUSED.get(verdict.reason, "not now")
    return Conflict(verdict.reason, f"You may not start charger {charger_id}: {why}.")

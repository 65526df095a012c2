"""Scheduling: a running charge is stopped because its driver's quota is used up, where the location wants that."""

from dataclasses import replace

from model.ids import fold
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.inputs import QuotaReached
from scheduling.outcome import Answer
from scheduling.rights.quotas import bounded, reaches


def quota_reached(draft: Draft, report: QuotaReached) -> Answer:
    """Held against the quota as it is by now (a new day may have begun): the charge point is asked to stop."""
    charger = draft.chargers.get(fold(report.charger_id))
    session = None if charger is None else charger.session
    if charger is None or session is None or session.number != report.number or session.entry is None:
        return Answer(outcome="repeat", reason="over")
    user_id = session.entry.member.user_id
    draft.require([user_id], [(fold(charger.charger_id), session.number)])
    record = draft.record(charger, session.number)
    if record is None or draft.person(user_id) is None:
        return Answer(outcome="repeat", reason="over")
    answer = Answer(charger_id=charger.charger_id, session_number=session.number)
    record = bounded(draft, replace(record, quota_wh=None))
    if not reaches(record, draft.now):
        draft.put_record(record)
        draft.reasons.append(f"charger {charger.charger_id}: the quota of {record.username} suffices")
        return answer
    if charger.transaction is None or not charger.charge_point_id:
        return Answer(outcome="repeat", reason="no_remote_stop")
    draft.put_record(replace(record, quota_stop_at=draft.now))
    draft.stop(charger, charger.transaction)
    draft.tell(session.entry, Message.QUOTA_USED, charger)
    draft.reasons.append(
        f"charger {charger.charger_id}: session {session.number} asked to stop: "
        f"the quota of {record.username} is used up"
    )
    return answer

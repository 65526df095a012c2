"""What a connector's status means for its charger. Reports are facts: every function here is total.

The table in :mod:`scheduling.states` says what happens; this room does it.
"""

from dataclasses import replace
from datetime import datetime

from model.charger import UNPLUGGED, Charger, Condition, EndReason, Phase
from model.ids import fold
from scheduling.charging import sessions
from scheduling.draft import Draft
from scheduling.effects import Alert
from scheduling.inputs import DrawReported, LevelReported, StatusReported, UnitSilent
from scheduling.offering import lapsing
from scheduling.outcome import Answer
from scheduling.reports.links import heard_again
from scheduling.states import DRAWS, LEVEL_NAMES, LEVELS, STATUSES, WITHHELD, Act
from scheduling.warnings.warning import warn

_CONDITIONS = {"faulted": Condition.FAULTED, "unavailable": Condition.UNAVAILABLE}
CONNECTED_LEVELS = frozenset({"charging", "full"})


def status_reported(draft: Draft, report: StatusReported) -> Answer:
    """A connector's OCPP status. Connector 0 speaks for the charge point and changes no charger."""
    if report.connector == 0:
        return Answer()
    charger = draft.connector(report.source.charge_point_id, report.connector)
    if charger is None:
        return Answer(outcome="noted", reason="unknown_connector")
    act = STATUSES.get((charger.session.phase if charger.session else None, report.status))
    if act is None:
        return Answer(outcome="noted", reason="unknown_status")
    at = min(report.source.received_at, draft.now)
    _perform(draft, _heard(draft, charger, report.status, at), act, at, report.error_code)
    return Answer()


def draw_reported(draft: Draft, report: DrawReported) -> Answer:
    """What the power says, whatever the charge point calls it: a car that stops is full if it stays so.

    Not where the charge point itself gives nothing: then the car waits.
    """
    charger = draft.connector(report.source.charge_point_id, report.connector)
    if charger is None:
        return Answer(outcome="noted", reason="unknown_connector")
    act = DRAWS.get((charger.session.phase if charger.session else None, report.drawing), Act.NOTHING)
    if charger.transaction is None or (act is Act.SUSPEND and charger.status == WITHHELD):
        return Answer()
    at = min(report.source.received_at, draft.now)
    if act is Act.SUSPEND and charger.session is not None:
        at = min(max(report.since, charger.session.plugged_at or at), at)
    if act is not Act.NOTHING:
        _perform(draft, charger, act, at, "")
    return Answer()


def level_reported(draft: Draft, report: LevelReported) -> Answer:
    """A unit's level. Only a falling edge (connected before, not connected now) ends a session."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or charger.retired:
        return Answer(outcome="noted", reason="unknown_charger")
    if report.level not in LEVEL_NAMES:
        return Answer(outcome="noted", reason="unknown_level")
    if charger.status == report.level and charger.offline_since is None and charger.condition is not Condition.UNKNOWN:
        return Answer(outcome="repeat")
    act = LEVELS[(charger.session.phase if charger.session else None, report.level)]
    if act is Act.UNPLUG and charger.session is not None and not _was_connected(charger):
        act = Act.NOTHING  # No falling edge: the unit never said that a car was there.
    if act in {Act.OPEN, Act.PRESUME} and charger.status == "charging":
        act = Act.OCCUPY  # No rising edge: that car charges since before.
    heard = _heard(draft, charger, report.level, draft.now)
    if report.level == "available" and act is Act.NOTHING:
        heard = replace(heard, plugged=False)
    _perform(draft, heard, act, draft.now, "")
    return Answer()


def unit_silent(draft: Draft, report: UnitSilent) -> Answer:
    """A unit has not been heard for long: offline."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or charger.offline_since is not None or charger.retired or charger.charge_point_id:
        return Answer(outcome="repeat")
    draft.put_charger(replace(charger, offline_since=draft.now))
    warn(draft, Alert.OFFLINE, charger)
    draft.reasons.append(f"charger {charger.charger_id} is offline: not heard")
    return Answer()


def fail(draft: Draft, charger: Charger, condition: Condition, why: str) -> Charger:
    """The charger cannot be used: its offer or hold goes back to the front; a charge is kept."""
    failed = replace(charger, condition=condition)
    draft.put_charger(failed)
    if failed.session is not None and failed.session.phase in UNPLUGGED:
        lapsing.to_front(draft, failed, why)
        failed = replace(failed, session=None)
    return failed


def _was_connected(charger: Charger) -> bool:
    """Whether a car was there by the unit's last word; a failure in between says nothing of it."""
    return charger.status in CONNECTED_LEVELS or (charger.status in _CONDITIONS and charger.plugged)


def _heard(draft: Draft, charger: Charger, word: str, at: datetime) -> Charger:
    """The charger with the unit's word, in working order unless the word says otherwise."""
    return replace(
        heard_again(charger, draft.settings, at),
        status=word,
        status_at=draft.now if charger.status != word else charger.status_at,
        condition=_CONDITIONS.get(word, Condition.OK),
        foreign_reservation=False,
    )


def _occupied(charger: Charger, at: datetime) -> Charger:
    """A car is there. One that came after the last hold's deadline is not the holder's in time."""
    past = charger.last_hold
    late = past is not None and not charger.plugged and at > past.deadline
    return replace(charger, plugged=True, last_hold=None if late else past)


def _perform(draft: Draft, charger: Charger, act: Act, at: datetime, error_code: str) -> None:
    """Do to ``charger`` what the table says. It was heard and is not kept yet."""
    match act:
        case Act.NOTHING:
            draft.put_charger(charger)
        case Act.UNPLUG:
            _unplugged(draft, charger, at)
        case Act.OCCUPY:
            draft.put_charger(_occupied(charger, at))
        case Act.OPEN:
            sessions.open_walk_up(draft, charger, None, at)
        case Act.PRESUME:
            sessions.plug_in(draft, charger, at, confirmed=False)
        case Act.FILL:
            sessions.become_full(draft, replace(charger, plugged=True), at)
        case Act.AGAIN:
            awake = replace(charger, plugged=True, suspended_at=None)
            full = charger.session is not None and charger.session.phase is Phase.FULL
            if full and (charger.transaction is not None or not charger.charge_point_id):
                sessions.charge_again(draft, awake)
            else:
                draft.put_charger(awake)
        case Act.SUSPEND:
            draft.put_charger(replace(charger, plugged=True, suspended_at=charger.suspended_at or at))
        case Act.FOREIGN:
            draft.put_charger(replace(charger, foreign_reservation=True))
        case Act.FAIL:
            _failed(draft, charger, error_code)


def _unplugged(draft: Draft, charger: Charger, at: datetime) -> None:
    """No car there. The transaction of an open session outweighs the word: its end is still to come."""
    running, session = charger.transaction, charger.session
    if running is not None and session is not None and session.number == running.session_number:
        draft.put_charger(charger)
        return
    free = replace(sessions.transaction_over(charger), plugged=False, suspended_at=None)
    draft.put_charger(free)
    if free.session is not None and free.session.phase not in UNPLUGGED:
        sessions.close(draft, free, EndReason.UNPLUGGED, at)


def _failed(draft: Draft, charger: Charger, error_code: str) -> None:
    was = draft.chargers[fold(charger.charger_id)].condition
    failed = fail(draft, charger, charger.condition, charger.status)
    if was is not failed.condition:
        if failed.condition is Condition.FAULTED:
            warn(draft, Alert.FAULTED, charger, error=error_code or "unknown")
        draft.reasons.append(f"charger {charger.charger_id} is {failed.condition.value}")

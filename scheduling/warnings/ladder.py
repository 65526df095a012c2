"""Reminders in time: an offer nobody saw, a hold about to end, a car nearly full, full, and in colleagues' way.

Each rung is climbed once a session, in the site's own tick.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from model.charger import Charger, OpenSession, Phase
from model.ids import fold
from scheduling.draft import Draft
from scheduling.effects import Alert, Message, Notify
from scheduling.fairness.order import waiting
from scheduling.inputs import NearlyFull
from scheduling.outcome import Answer
from scheduling.rights.access import open_to
from scheduling.warnings.warning import warn

ESCALATES_BY = 3
"""An offer goes to the next channel after this part of the time to answer, at the latest."""


class Rung(StrEnum):
    """What is told once."""

    ESCALATED = "escalated"
    HOLD_ENDING = "hold_ending"
    NEARLY_FULL = "nearly_full"
    WAITING = "waiting"
    OVERSTAY = "overstay"


@dataclass(frozen=True, slots=True)
class _Due:
    rung: Rung
    at: datetime
    tell: Callable[[Draft, Charger, OpenSession], None]


def climb(draft: Draft) -> None:
    """Tell what is due by now."""
    for charger in list(draft.chargers.values()):
        for due in _dues(draft, charger):
            session = charger.session
            if due.at > draft.now or session is None:
                continue
            due.tell(draft, charger, session)
            charger = _told(draft, charger, session, due.rung)  # noqa: PLW2901 -- the same one, one rung higher


def deadlines(draft: Draft) -> Iterator[datetime]:
    """When something is to be told next."""
    return (due.at for charger in draft.chargers.values() for due in _dues(draft, charger))


def nearly_full(draft: Draft, report: NearlyFull) -> Answer:
    """Its driver may want to come; told again it changes nothing."""
    charger = draft.chargers.get(fold(report.charger_id))
    session = None if charger is None else charger.session
    if charger is None or session is None or session.number != report.number or session.phase is not Phase.CHARGING:
        return Answer(outcome="repeat")
    if Rung.NEARLY_FULL in session.told or not draft.settings.tell_nearly_full:
        return Answer(outcome="repeat")
    draft.tell(session.entry, Message.NEARLY_FULL, charger)
    draft.reasons.append(f"charger {charger.charger_id}: session {session.number} is nearly full")
    _told(draft, charger, session, Rung.NEARLY_FULL)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def count_waiting(draft: Draft, charger: Charger) -> int:
    """How many wait, awake, to whom the charger is open."""
    return sum(open_to(draft.site, charger, one.member.groups) for one in draft.queue if waiting(one))


def _dues(draft: Draft, charger: Charger) -> list[_Due]:
    """What is still to be told of the charger's session, in the order of time."""
    session = charger.session
    if session is None or session.entry is None:
        return []
    match session.phase:
        case Phase.OFFERED:
            found = _offered(draft, session)
        case Phase.HELD:
            found = _held(draft, charger, session)
        case Phase.FULL:
            found = _full(draft, charger, session)
        case _:
            found = []
    return [due for due in found if due.rung not in session.told]


def _offered(draft: Draft, session: OpenSession) -> list[_Due]:
    after_s = draft.settings.escalate_after_s
    if not after_s or not session.asked or session.answer_by is None:
        return []
    latest = (session.answer_by - session.assigned_at) / ESCALATES_BY
    return [_Due(Rung.ESCALATED, session.assigned_at + min(timedelta(seconds=after_s), latest), _escalate)]


def _held(draft: Draft, charger: Charger, session: OpenSession) -> list[_Due]:
    before = timedelta(seconds=draft.settings.hold_reminder_s)
    if not before or session.plug_by is None or session.accepted_at is None or charger.plugged:
        return []
    at = session.plug_by - before
    return [_Due(Rung.HOLD_ENDING, at, _hold_ends)] if at > session.accepted_at else []


def _full(draft: Draft, charger: Charger, session: OpenSession) -> list[_Due]:
    if session.full_at is None or not draft.open_now() or not count_waiting(draft, charger):
        return []
    settings = draft.settings
    grace_ends = session.full_at + timedelta(seconds=settings.grace_s)
    found = [_Due(Rung.WAITING, grace_ends, _please_move)] if settings.tell_waiting else []
    if settings.overstay_alert_s:
        at = grace_ends + timedelta(seconds=settings.overstay_alert_s)
        found.append(_Due(Rung.OVERSTAY, at, _tell_managers))
    return found


def _told(draft: Draft, charger: Charger, session: OpenSession, rung: Rung) -> Charger:
    higher = replace(charger, session=replace(session, told=(*session.told, rung.value)))
    draft.put_charger(higher)
    return higher


def _escalate(draft: Draft, charger: Charger, session: OpenSession) -> None:
    if session.entry is None:
        return
    draft.effects.append(
        Notify(
            user_id=session.entry.member.user_id,
            message=Message.OFFERED,
            entry_id=session.entry.entry_id,
            charger_id=charger.charger_id,
            session_number=session.number,
            deadline=session.answer_by,
            again=session.asked,
        )
    )
    draft.reasons.append(f"charger {charger.charger_id}: the offer was not answered yet and goes to the next channel")


def _hold_ends(draft: Draft, charger: Charger, session: OpenSession) -> None:
    draft.tell(session.entry, Message.HOLD_ENDING, charger, deadline=session.plug_by)
    draft.reasons.append(f"charger {charger.charger_id}: its driver was reminded that the hold ends")


def _please_move(draft: Draft, charger: Charger, session: OpenSession) -> None:
    count = count_waiting(draft, charger)
    draft.tell(session.entry, Message.PLEASE_MOVE, charger, waiting=count)
    draft.reasons.append(f"charger {charger.charger_id}: its driver was told that {count} wait")


def _tell_managers(draft: Draft, charger: Charger, session: OpenSession) -> None:
    full_at = session.full_at or draft.now
    minutes = int((draft.now - full_at).total_seconds() // 60)
    warn(
        draft,
        Alert.OVERSTAY,
        charger,
        session=session.number,
        full_min=minutes,
        waiting=count_waiting(draft, charger),
    )
    draft.reasons.append(f"charger {charger.charger_id}: the managers were told of the full car")

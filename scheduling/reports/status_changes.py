"""Which chargers show another state after a step of a decision, since when, and why: the stuff of their history."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from model.charger import Charger, ChargerState
from model.ids import fold
from model.session import Session
from model.status_change import StatusChange
from scheduling.draft import Draft
from scheduling.inputs import Input

TIME = "time"
_FREE = frozenset({ChargerState.AVAILABLE, ChargerState.PRE_SESSION})
_WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")
_MOST_DETAIL = 64

_DETAILS: dict[str, Callable[[Any], str]] = {
    "StatusReported": lambda one: " ".join(word for word in (one.status, _error(one.error_code)) if word),
    "LevelReported": lambda one: one.level,
    "DrawReported": lambda one: "drawing" if one.drawing else "not drawing",
    "SetState": lambda one: one.state,
    "End": lambda one: one.by,
    "LinkChanged": lambda one: "connected" if one.connected else "disconnected",
    "TransactionDone": lambda one: one.reason,
    "HoldAnswered": lambda one: one.answer or one.outcome,
    "StartAnswered": lambda one: one.answer or one.outcome,
    "StopFailed": lambda one: one.answer or one.outcome,
}


def note(draft: Draft, at: datetime, cause: Input | None = None) -> None:
    """Keep what the chargers touched since the last call show now. ``cause`` None: time passed, or a turn came."""
    if not draft.touched:
        return
    for key in sorted(draft.touched):
        charger, seen = draft.chargers[key], draft.shown.get(key, draft.state.site.chargers.get(key))
        draft.shown[key] = charger
        before = None if seen is None else seen.state
        if before is not charger.state:
            draft.changes.append(_change(draft, seen, charger, at, cause))
    draft.touched.clear()


def _change(draft: Draft, seen: Charger | None, charger: Charger, at: datetime, cause: Input | None) -> StatusChange:
    before = None if seen is None else seen.state
    number, ended = _session(draft, seen, charger)
    kind = "" if cause is None else type(cause).__name__
    detail = _DETAILS[kind](cause) if kind in _DETAILS else ""
    if cause is None and charger.state is ChargerState.PRE_SESSION:
        detail = "offered"
    return StatusChange(
        charger_id=charger.charger_id,
        at=min(_instant(before, charger, ended) or at, draft.now),
        before=before,
        after=charger.state,
        cause=_WORD_BEGINS.sub("_", kind).lower() or TIME,
        detail=detail[:_MOST_DETAIL],
        end_reason=ended.end_reason.value if ended is not None and ended.end_reason is not None else "",
        session_number=number,
    )


def _session(draft: Draft, seen: Charger | None, charger: Charger) -> tuple[int, Session | None]:
    """The session the change is about, and its record where it ended."""
    was, now = None if seen is None else seen.session, charger.session
    if was is not None and (now is None or now.number != was.number):
        record = draft.sessions.get((fold(charger.charger_id), was.number))
        return was.number, record if record is not None and record.ended_at is not None else None
    return (0 if now is None else now.number), None


def _instant(before: ChargerState | None, charger: Charger, ended: Session | None) -> datetime | None:
    """When it happened, where the charger or the session says so better than the moment it was told."""
    session, after = charger.session, charger.state
    if after is ChargerState.OFFLINE:
        return charger.offline_since
    if ended is not None and before is not ChargerState.OFFLINE:
        return ended.ended_at
    if session is None:
        return None
    if after is ChargerState.FULL and before is ChargerState.CHARGING:
        return session.full_at
    return session.plugged_at if after is ChargerState.CHARGING and before in _FREE else None


def _error(code: str) -> str:
    return "" if code == "NoError" else code

"""A manager's word on who stands where. It is kept with the entry, so the reasons for a place tell of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from model.entry import Entry
from model.errors import Conflict
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs
from scheduling.fairness.order import ordered, place_of
from scheduling.inputs import MoveEntry
from scheduling.outcome import Answer

STEP_MIN = 1 / 60
"""Behind the last, or before the first."""


def move_entry(draft: Draft, request: MoveEntry) -> Answer:
    """Put somebody who waits to the front, to a place, or out of the queue."""
    entry = next((one for one in draft.queue if one.entry_id == request.entry_id), None)
    if entry is None:
        raise Conflict("not_waiting", "They do not wait here any more.")
    before = place_of(draft.queue, entry.entry_id)
    others = tuple(one for one in draft.queue if one.entry_id != entry.entry_id)
    name = entry.member.username
    if request.to == "out":
        draft.drop_entry(entry.entry_id)
        needs.let_go(draft, entry)
        draft.leave_place(entry.member.user_id)
        draft.tell(entry, Message.REMOVED, reason="by_a_manager", why=request.why)
        draft.reasons.append(f"{name} was taken out of the queue: {request.why}")
        return Answer()
    moved = replace(entry, moved_at=draft.now, moved_why=request.why)
    if request.to == "front":
        draft.queue = ordered((replace(moved, front_at=draft.now), *others), draft.settings.locked_places)
    else:
        draft.queue = _at(others, moved, max(1, min(request.place, len(others) + 1)), draft.settings.locked_places)
    place = place_of(draft.queue, entry.entry_id)
    draft.reasons.append(f"{name} was moved from place {before} to {place}: {request.why}")
    return Answer(entry_id=entry.entry_id)


def _at(others: Sequence[Entry], moved: Entry, place: int, locked_places: int) -> tuple[Entry, ...]:
    """``moved`` at a place from 1: its key is made to lie between its neighbours', whatever the score said."""
    ahead, behind = others[: place - 1], others[place - 1 :]
    if behind and behind[0].front_at is not None:
        first = replace(moved, front_at=behind[0].front_at - timedelta(microseconds=1))
        return ordered((*ahead, first, *behind), locked_places)
    below = [one.score.value for one in ahead[-1:] if one.front_at is None]
    above = [one.score.value for one in behind[:1]]
    if below and above:
        value = (below[0] + above[0]) / 2
    else:
        value = below[0] + STEP_MIN if below else above[0] - STEP_MIN if above else moved.score.value
    score = replace(moved.score, value=value, moved_min=moved.score.moved_min + value - moved.score.value)
    return ordered((*ahead, replace(moved, front_at=None, score=score), *behind), locked_places)

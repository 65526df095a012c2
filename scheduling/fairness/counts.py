"""Scheduling: what is counted per driver and local day, and taken back where it cost nothing in the end."""

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from typing import Any

from model.charger import EndReason, PastHold
from model.entry import Entry
from model.site import Day
from scheduling.draft import Draft


class Counted(StrEnum):
    """What is counted."""

    SNOOZES = "snoozes"
    SILENCES = "silences"
    NO_SHOWS = "no_shows"


def count(draft: Draft, what: Counted, entry: Entry) -> int:
    """One more today; returns how many that makes."""
    counts = Counter(_of(draft.today, what))
    counts[entry.member.user_id] += 1
    draft.day = _with(draft.today, what, counts)
    return counts[entry.member.user_id]


def uncount(draft: Draft, past: PastHold, user_id: str) -> None:
    """Take a silence or no-show back, and with it that the driver was sent away."""
    what = {EndReason.LAPSED: Counted.SILENCES, EndReason.NO_SHOW: Counted.NO_SHOWS}.get(past.reason)
    if what is None:
        return
    counts = Counter(_of(draft.today, what))
    counts[user_id] -= 1
    day = _with(draft.today, what, +counts)
    late_min = {one: minutes for one, minutes in day.late_min.items() if one != user_id}
    draft.day = replace(day, out=tuple(one for one in day.out if one != user_id), late_min=late_min)


def _of(day: Day, what: Counted) -> dict[str, int]:
    counts: dict[str, int] = getattr(day, what.value)
    return counts


def _with(day: Day, what: Counted, counts: Counter[str]) -> Day:
    changed: dict[str, Any] = {what.value: dict(counts)}
    return replace(day, **changed)

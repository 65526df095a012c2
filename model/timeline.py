"""Model room: what a charger showed over a stretch of time, from the changes of its state. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from model.charger import ChargerState
from model.status_change import DOWN, KnownChange


@dataclass(frozen=True, slots=True)
class Segment:
    """One state from ``since`` to ``until``, which is later."""

    state: ChargerState
    since: datetime
    until: datetime
    known: bool = True
    """False: the charger was not there yet."""

    @property
    def seconds(self) -> float:
        """How long."""
        return (self.until - self.since).total_seconds()


def without_flaps(newest_first: Iterable[KnownChange], flap: timedelta) -> Iterator[KnownChange]:
    """The changes without times offline that were shorter than ``flap``; newest first in and out."""
    later: KnownChange | None = None
    for change in newest_first:
        if later is None:
            later = change
            continue
        if change.after is ChargerState.OFFLINE and later.at - change.at < flap:
            later = None if later.after is change.before else replace(later, before=change.before)
            continue
        yield later
        later = change
    if later is not None:
        yield later


def segments(
    changes: Iterable[KnownChange], since: datetime, until: datetime, otherwise: ChargerState
) -> list[Segment]:
    """The states from ``since`` to ``until`` without gap or overlap, neighbours of one state as one.

    ``changes``: oldest first, those from before ``since`` too if there are any. ``otherwise``: where there is none.
    """
    found: list[Segment] = []
    state, known, at = otherwise, True, since
    first = True
    for change in changes:
        if first:
            state, known = change.before or ChargerState.UNKNOWN, change.before is not None
            first = False
        to = min(max(change.at, since), until)
        _add(found, Segment(state, at, to, known))
        state, known, at = change.after, True, max(at, to)
    _add(found, Segment(state, at, until, known))
    return found


def _add(found: list[Segment], segment: Segment) -> None:
    if segment.until <= segment.since:
        return
    if found and (found[-1].state, found[-1].known) == (segment.state, segment.known):
        segment = replace(segment, since=found.pop().since)
    found.append(segment)


def seconds_by_state(found: Iterable[Segment]) -> dict[ChargerState, float]:
    """How long each state was shown; states that were not are left out."""
    sums: dict[ChargerState, float] = {}
    for segment in found:
        sums[segment.state] = sums.get(segment.state, 0.0) + segment.seconds
    return sums


@dataclass(frozen=True, slots=True)
class Uptime:
    """Of the time that is known (the charger was there), how long it was not offline, faulted or unknown."""

    up_s: float
    known_s: float

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing is known."""
        return self.up_s / self.known_s if self.known_s else None


def uptime(found: Iterable[Segment]) -> Uptime:
    """The uptime of some segments. Out of service by choice (``unavailable``) does not count against it."""
    known = [segment for segment in found if segment.known]
    return Uptime(
        up_s=sum(segment.seconds for segment in known if segment.state not in DOWN),
        known_s=sum(segment.seconds for segment in known),
    )

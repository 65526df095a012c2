"""Who stands where. The queue's tuple is the order; these functions keep it lawful.

``front`` ranks before all, earliest first. Of the others the first places (snoozed left out of the count) are locked:
they keep their order. The rest is sorted by score, ties by entry id.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from model.entry import Entry


def waiting(entry: Entry) -> bool:
    """Not snoozed."""
    return entry.snoozed_until is None


def ordered(queue: Sequence[Entry], locked_places: int) -> tuple[Entry, ...]:
    """``queue`` (in its last order) put in order again after entries changed, left or came back."""
    front = sorted((entry for entry in queue if entry.front_at is not None), key=_front_key)
    rest = [entry for entry in queue if entry.front_at is None]
    edge = _edge(rest, locked_places)
    return (*front, *rest[:edge], *sorted(rest[edge:], key=_score_key))


def with_newcomer(queue: Sequence[Entry], newcomer: Entry, locked_places: int) -> tuple[Entry, ...]:
    """``newcomer`` enters behind the locked places at best, then by score."""
    return ordered((*ordered(queue, locked_places), newcomer), locked_places) if queue else (newcomer,)


def with_return(queue: Sequence[Entry], entry: Entry, ahead: Iterable[int], locked_places: int) -> tuple[Entry, ...]:
    """``entry`` comes back to the place it was called from: before all but those who stood before it then."""
    before = set(ahead)
    index = next(
        (place for place, other in enumerate(queue) if other.entry_id not in before and other.front_at is None),
        len(queue),
    )
    return ordered((*queue[:index], entry, *queue[index:]), locked_places)


def place_of(queue: Sequence[Entry], entry_id: int) -> int | None:
    """1 for the first; None if not here."""
    return next((place for place, entry in enumerate(queue, 1) if entry.entry_id == entry_id), None)


def keeps_place(queue: Sequence[Entry], entry: Entry, locked_places: int) -> bool:
    """Whether only the lock keeps ``entry`` before somebody whose score is lower."""
    rest = [one for one in queue if one.front_at is None]
    for index, one in enumerate(rest[: _edge(rest, locked_places)]):
        if one.entry_id == entry.entry_id:
            return any(_score_key(other) < _score_key(entry) for other in rest[index + 1 :])
    return False


def _edge(rest: Sequence[Entry], places: int) -> int:
    """The index of the first entry of ``rest`` that has ``places`` others before it that are not snoozed."""
    for index, entry in enumerate(rest):
        if waiting(entry):
            if places <= 0:
                return index
            places -= 1
    return len(rest)


def _score_key(entry: Entry) -> tuple[float, int]:
    return (entry.score.value, entry.entry_id)


def _front_key(entry: Entry) -> tuple[datetime, int]:
    if entry.front_at is None:
        raise ValueError("not a front entry")
    return (entry.front_at, entry.entry_id)

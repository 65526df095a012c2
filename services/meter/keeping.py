"""Services: samples kept with their session, and what they say of it: one transaction for the sessions of a post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import structlog

from model import paths
from model.documents import CorruptNoun
from model.ids import fold
from model.meter.samples import Samples, merged
from model.session import Session
from model.store.document import Document
from model.store.port import Reads, Store, Transaction
from scheduling.outcome import SessionKey
from services.meter.living import lived
from services.meter.segments import expiry, segment_document, unknown
from services.meter.tail import SAMPLED, filed, tail_of, with_tail
from services.ports import Clock
from services.sites.session_document import session_document, session_of

_LOG = structlog.get_logger(__name__)
SESSIONS_AT_ONCE = 100


@dataclass(slots=True)
class Told:
    """What a post tells of one session: of the transaction that runs, and of others that are over."""

    heard_at: datetime
    own: Samples = field(default_factory=dict)
    late: Samples = field(default_factory=dict)


class SessionOver(Exception):
    """A session that was taken for the running one has ended: its charger was looked at too long ago."""


def keep(
    store: Store, clock: Clock, told: Mapping[str, Told], kept_days: int, *, looked_anew: bool = True
) -> list[Session]:
    """Keep samples by the path of their session: late, doubled and in any order; those known already are dropped.

    One write a session, another where a segment is full; nothing where all is known. Returns the sessions that changed.
    Raises :class:`SessionOver`, with nothing of that post's hundred kept, unless the chargers were ``looked_anew`` at.
    """
    changed: list[Session] = []
    everything = iter(told.items())
    while some := dict(islice(everything, SESSIONS_AT_ONCE)):

        def attempt(transaction: Transaction, some: dict[str, Told] = some) -> list[Session]:
            found = taken(transaction, some, kept_days, clock.now(), looked_anew=looked_anew)
            for one in found:
                transaction.put(one.path, session_document(one.session, one.carried))
                write_segment(transaction, one)
            return [one.session for one in found if one.changed]

        changed += store.transact(attempt)
    return changed


@dataclass(frozen=True, slots=True)
class Taken:
    """A session by what it was told, and what its document carries: the samples."""

    path: str
    session: Session
    carried: dict[str, Any]
    changed: bool
    """Whether the samples said anything new of the session itself."""
    segment: tuple[str, dict[str, Any]] | None
    """The path and the document of a segment that is full, if one is."""

    @property
    def key(self) -> SessionKey:
        """By which the rules know the session."""
        return fold(self.session.charger_id), self.session.number


def taken(
    reads: Reads, told: Mapping[str, Told], kept_days: int, now: datetime, *, looked_anew: bool = True
) -> list[Taken]:
    """What becomes of sessions, by what they are told; without those that change in nothing. Writes nothing."""
    found = list(zip(told.items(), reads.get_many(told), strict=True))
    if not looked_anew and any(
        what.own and document is not None and _is_over(document) for (_, what), document in found
    ):
        raise SessionOver
    return [
        one
        for (path, what), document in found
        if document is not None and (one := _taken(reads, path, document, what, kept_days, now)) is not None
    ]


def write_segment(transaction: Transaction, one: Taken) -> None:
    """Write the segment that is full, if one is."""
    if one.segment is not None:
        transaction.put(*one.segment)


def _taken(reads: Reads, path: str, document: Document, told: Told, kept_days: int, now: datetime) -> Taken | None:
    """What becomes of a session; None: nothing. A broken document must not keep the others from being written."""
    try:
        before, tail = session_of(document.data), tail_of(document.data)
        segments = paths.meter(before.location_id, before.charger_id, before.number)
        own = fresh = unknown(reads, segments, tail, told.own)
        if told.late:
            fresh = merged(own, unknown(reads, segments, tail, told.late))
        known_to = max((at for at in (tail.last, tail.until) if at is not None), default=None)
        after = lived(before, own, lambda: merged(tail.samples, own), told.heard_at, known_to)
        if not fresh and after == before:
            return None
        tail, full = filed(tail, fresh, told.heard_at)
    except CorruptNoun:
        _LOG.exception("meter_failed", path=path)
        return None
    expires_at = None if tail.last is None else expiry(tail.last, kept_days)
    carried = {**with_tail({}, tail, expires_at), SAMPLED: now}
    segment: tuple[str, dict[str, Any]] | None = None
    if full is not None:
        place = paths.segment(after.location_id, after.charger_id, after.number, tail.segments)
        segment = place, segment_document(full, kept_days)
    return Taken(path, after, carried, after != before, segment)


def _is_over(document: Document) -> bool:
    return document.data.get("ended_at") is not None

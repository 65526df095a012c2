"""Services: samples kept with their session, and what they say of it: one transaction for the sessions of a post."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

import structlog

from model import paths
from model.documents import CorruptNoun
from model.meter.samples import Samples, instant, merged, span, without
from model.session import Session
from model.store.document import Document
from model.store.port import Reads, Store, Transaction
from services.meter.living import lived
from services.meter.segments import expiry, segment_document, segments
from services.meter.tail import SAMPLED, Tail, filed, tail_of, with_tail
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


def keep(store: Store, clock: Clock, told: Mapping[str, Told], kept_days: int) -> list[Session]:
    """Keep samples by the path of their session: late, doubled and in any order; those known already are dropped.

    One write a session, another where a segment is full; nothing where all is known. Returns the sessions that changed.
    """
    changed: list[Session] = []
    everything = iter(told.items())
    while some := dict(islice(everything, SESSIONS_AT_ONCE)):

        def attempt(transaction: Transaction, some: dict[str, Told] = some) -> list[Session]:
            found = zip(some.items(), transaction.get_many(some), strict=True)
            kept = [
                kept
                for (path, one), document in found
                if document is not None and (kept := _kept(transaction, path, document, one)) is not None
            ]
            now = clock.now()
            return [session for one in kept for session in _write(transaction, one, kept_days, now)]

        changed += store.transact(attempt)
    return changed


@dataclass(frozen=True, slots=True)
class _Kept:
    """A session and its samples as they are to be."""

    document: Document
    before: Session
    after: Session
    tail: Tail
    full: Tail | None


def _kept(reads: Reads, path: str, document: Document, told: Told) -> _Kept | None:
    """What becomes of a session; None: nothing. A broken document must not keep the others from being written."""
    try:
        before, tail = session_of(document.data), tail_of(document.data)
        own = fresh = _unknown(reads, before, tail, told.own)
        if told.late:
            fresh = merged(own, _unknown(reads, before, tail, told.late))
        known_to = max((at for at in (tail.last, tail.until) if at is not None), default=None)
        after = lived(before, own, lambda: merged(tail.samples, own), told.heard_at, known_to)
        if not fresh and after == before:
            return None
        return _Kept(document, before, after, *filed(tail, fresh, told.heard_at))
    except CorruptNoun:
        _LOG.exception("meter_failed", path=path)
        return None


def _unknown(reads: Reads, session: Session, tail: Tail, samples: Samples) -> Samples:
    """What of ``samples`` is not kept yet. Only what is not newer than all that is kept is looked for."""
    ends = span(samples)
    if ends is None:
        return samples
    first = instant(ends[0])
    if tail.last is not None and first <= tail.last:
        samples = without(samples, tail.samples)
    if tail.until is not None and first <= tail.until:
        for older in segments(reads, session, first, instant(ends[1] + 1)):
            samples = without(samples, older)
    return samples


def _write(transaction: Transaction, kept: _Kept, kept_days: int, now: datetime) -> Iterator[Session]:
    session, tail = kept.after, kept.tail
    expires_at = None if tail.last is None else expiry(tail.last, kept_days)
    document = session_document(session, kept.document.data)
    transaction.put(kept.document.path, {**with_tail(document, tail, expires_at), SAMPLED: now})
    if kept.full is not None:
        path = paths.segment(session.location_id, session.charger_id, session.number, tail.segments)
        transaction.put(path, segment_document(kept.full, kept_days))
    if session != kept.before:
        yield session

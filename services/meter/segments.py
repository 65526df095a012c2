"""Services: segments of a session's samples as documents, and those found again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from model import paths
from model.documents import from_document, to_document
from model.meter.codec import decode
from model.meter.samples import Samples, instant, span, without
from model.session import Session
from model.store.port import Reads
from model.store.query import Filter, Order, Query
from services.meter.tail import Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """``locations/{l}/sessions/{c}:{n}/meter/{segment}``: samples that came together. Their times may overlap."""

    first: datetime
    last: datetime
    chunks: tuple[bytes, ...]
    """In a list they weigh on no index."""
    expires_at: datetime | None = None


def segment_document(tail: Tail, kept_days: int) -> dict[str, Any]:
    """The document of a full tail; kept for so many days after its last sample, or for ever (0)."""
    if tail.first is None or tail.last is None:
        raise ValueError("a segment has samples")
    expires_at = expiry(tail.last, kept_days)
    segment = Segment(first=tail.first, last=tail.last, chunks=tail.chunks, expires_at=expires_at)
    document = to_document(segment)
    if expires_at is None:
        del document["expires_at"]
    return document


def expiry(until: datetime, kept_days: int) -> datetime | None:
    """When samples up to ``until`` are deleted; None: never."""
    return until + timedelta(days=kept_days) if kept_days else None


def segments(
    reads: Reads, session: Session, since: datetime | None = None, until: datetime | None = None
) -> list[Samples]:
    """The samples of every segment that reaches into the time. Raises :class:`model.documents.CorruptNoun`."""
    return segments_in(reads, paths.meter(session.location_id, session.charger_id, session.number), since, until)


def segments_in(
    reads: Reads,
    collection: str,
    since: datetime | None = None,
    until: datetime | None = None,
    longest: timedelta | None = None,
) -> list[Samples]:
    """The same of any collection of segments. Where none lasts longer than ``longest`` no later ones are read."""
    where = () if since is None else (Filter("last", ">=", since),)
    if until is not None and longest is not None:
        where = (*where, Filter("last", "<", until + longest))
    found = reads.query(Query(collection, where, (Order("last"),)))
    kept = (from_document(Segment, document.data) for document in found)
    return [decode(chunk) for segment in kept if until is None or segment.first < until for chunk in segment.chunks]


def unknown(reads: Reads, collection: str, tail: Tail, samples: Samples, longest: timedelta | None = None) -> Samples:
    """What of ``samples`` is kept neither in ``tail`` nor in the segments before it.

    Only what is not newer than all that is kept is looked for.
    """
    ends = span(samples)
    if ends is None:
        return samples
    first = instant(ends[0])
    if tail.last is not None and first <= tail.last:
        samples = without(samples, tail.samples)
    if tail.until is not None and first <= tail.until:
        for older in segments_in(reads, collection, first, instant(ends[1] + 1), longest):
            samples = without(samples, older)
    return samples

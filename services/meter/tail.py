"""Services: a session's samples of the last minutes, in the session's own document, until they fill a segment. Pure.

So a post of samples costs the one write that its energy and power need anyway, and every ten minutes one more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from model.documents import from_document, to_document
from model.meter.codec import decode, encode
from model.meter.samples import Samples, instant, merged, span

FIELD = "meter"
EXPIRES = "samples_expire_at"
SAMPLED = "sampled_at"
"""When samples were kept here last, by the clock of who did: by it those who pass samples on find what is new."""
CARRIED = (FIELD, EXPIRES, SAMPLED)
"""Fields of a session's document that are not the session's own: whoever writes it carries them over."""
SEGMENT = timedelta(seconds=590)
"""Ten minutes, and a little for a bridge that posts early."""
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What of a session's samples is in no segment yet, and how far those reach."""

    chunks: tuple[bytes, ...] = ()
    """One a post: what is known already is not packed anew."""
    first: datetime | None = None
    last: datetime | None = None
    """Of the samples in the chunks."""
    since: datetime | None = None
    """When the last segment was written, or else the first samples came."""
    segments: int = 0
    until: datetime | None = None
    """The latest instant in any segment."""

    @property
    def samples(self) -> Samples:
        """Those in the chunks. Raises :class:`model.documents.CorruptNoun`."""
        return merged(*map(decode, self.chunks))


def tail_of(document: Mapping[str, Any]) -> Tail:
    """The tail in a session's document. Raises :class:`model.documents.CorruptNoun`."""
    found = document.get(FIELD)
    return Tail() if found is None else from_document(Tail, found)


def with_tail(document: dict[str, Any], tail: Tail, expires_at: datetime | None) -> dict[str, Any]:
    """A session's document with its tail, which is deleted at ``expires_at``; None: kept."""
    whole = {**{name: value for name, value in document.items() if name != EXPIRES}, FIELD: to_document(tail)}
    return whole if expires_at is None or not tail.chunks else {**whole, EXPIRES: expires_at}


def filed(tail: Tail, fresh: Samples, at: datetime, lasts: timedelta = SEGMENT) -> tuple[Tail, Tail | None]:
    """The tail with ``fresh`` samples, heard at ``at``; or an empty one, and the full one for a segment.

    A segment is full when it has lasted so long, or is as large as a document should be.
    """
    ends = span(fresh)
    if ends is None:
        return tail, None
    first, last = instant(ends[0]), instant(ends[1])
    whole = replace(
        tail,
        chunks=(*tail.chunks, encode(fresh)),
        first=first if tail.first is None else min(first, tail.first),
        last=last if tail.last is None else max(last, tail.last),
        since=tail.since or at,
    )
    begins, ends_at, since = whole.first or first, whole.last or last, whole.since or at
    if max(at - since, ends_at - begins) < lasts and sum(map(len, whole.chunks)) < MOST_BYTES:
        return whole, None
    until = ends_at if tail.until is None else max(ends_at, tail.until)
    return Tail(since=at, segments=tail.segments + 1, until=until), whole

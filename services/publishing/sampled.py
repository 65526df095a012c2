"""Services: the samples of a session that were not told yet, post by post, as they came in."""

from collections.abc import Iterator
from dataclasses import replace

import structlog

from model import paths
from model.documents import CorruptNoun, from_document
from model.meter.codec import decode
from model.session import Session
from model.store.document import Document
from model.store.port import Reads
from services.meter.reading import corrected
from services.meter.segments import Segment
from services.meter.tail import tail_of
from services.ports import Publication
from services.publishing.composing import of_samples
from services.publishing.cursor import Position
from services.sites.session_document import session_of

_LOG = structlog.get_logger(__name__)


def chunks_after(
    reads: Reads, document: Document, before: Position | None
) -> Iterator[tuple[Position, list[Publication]]]:
    """Each segment's messages behind ``before`` (None: all of them), and the position behind these.

    Segments are only ever appended to, and so is the tail, which is filed as the next of them. One read for each
    segment that was filed meanwhile. What cannot be read is logged and left out.
    """
    position = before or Position()
    try:
        session, tail = session_of(document.data), tail_of(document.data)
    except CorruptNoun:
        _LOG.exception("samples_unreadable", path=document.path)
        yield position, []
        return
    while position.segment <= tail.segments:
        yield Position(segment=position.segment + 1), _messages(session, _segment(reads, session, position), position)
        position = Position(segment=position.segment + 1)
    messages = _messages(session, tail.chunks, position) if position.segment == tail.segments + 1 else []
    yield replace(position, chunks=max(position.chunks, len(tail.chunks))), messages


def _segment(reads: Reads, session: Session, position: Position) -> tuple[bytes, ...]:
    path = paths.segment(session.location_id, session.charger_id, session.number, position.segment)
    document = reads.get(path)
    if document is None:  # Past its time.
        return ()
    try:
        return from_document(Segment, document.data).chunks
    except CorruptNoun:
        _LOG.exception("samples_unreadable", path=path)
        return ()


def _messages(session: Session, chunks: tuple[bytes, ...], position: Position) -> list[Publication]:
    found: list[Publication] = []
    for number, chunk in enumerate(chunks[position.chunks :], position.chunks):
        try:
            samples = corrected(session, decode(chunk))
        except CorruptNoun:
            _LOG.exception("samples_unreadable", session=session.name)
            continue
        found += of_samples(session, samples, position.segment, number)
    return found

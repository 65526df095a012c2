"""Services: ``locations/{l}/building/now`` and back: the newest reading, and the samples that fill no segment yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from model.building import NewestReading
from model.documents import from_document, to_document
from services.meter.segments import expiry
from services.meter.tail import Tail

SEGMENT = timedelta(seconds=3590)
"""An hour: a day is read in 24 documents, and written once a minute all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingBook:
    """``newest`` None: nothing was ever told."""

    newest: NewestReading | None = None
    tail: Tail = field(default_factory=Tail)


def book_of(data: Mapping[str, Any]) -> BuildingBook:
    """Raises :class:`model.documents.CorruptNoun`."""
    return from_document(BuildingBook, {"newest": data["newest"], "tail": data["tail"]})


def book_document(book: BuildingBook, kept_days: int) -> dict[str, Any]:
    """The document; it goes with its last samples, so many days after the newest, or never (0)."""
    document = to_document(book)
    expires_at = None if book.newest is None else expiry(book.newest.reading.at, kept_days)
    return document if expires_at is None else {**document, "expires_at": expires_at}

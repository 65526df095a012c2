"""Services: a background export and its rows as documents and back."""

import zlib
from decimal import Decimal
from typing import Any

import msgspec

from model.documents import CorruptNoun, from_document, to_document
from model.export import ExportJob
from services.export.table import Cell, Row

_WORDS = msgspec.json.Encoder()


def job_document(job: ExportJob) -> dict[str, Any]:
    """The document of an export. ``waiting_since`` is there while there is something to do."""
    document = to_document(job)
    if job.waiting_since is None:
        del document["waiting_since"]
    return document


def job_of(data: dict[str, Any]) -> ExportJob:
    """The export a document holds. Raises :class:`CorruptNoun`."""
    return from_document(ExportJob, data)


def packed_rows(rows: list[Row]) -> bytes:
    """Rows as bytes: JSON, compressed; a decimal is a list with its text."""
    plain = [[[str(cell)] if isinstance(cell, Decimal) else cell for cell in row] for row in rows]
    return zlib.compress(_WORDS.encode(plain), 6)


def rows_in(packed: object) -> list[Row]:
    """What :func:`packed_rows` packed. Raises :class:`CorruptNoun`."""
    try:
        plain = msgspec.json.decode(zlib.decompress(packed), type=list[list[Any]])  # type: ignore[arg-type]
    except (TypeError, zlib.error, msgspec.MsgspecError) as error:
        raise CorruptNoun(f"rows of an export: {error}") from error
    return [tuple(_cell(cell) for cell in row) for row in plain]


def _cell(cell: Any) -> Cell:
    return Decimal(cell[0]) if isinstance(cell, list) else cell

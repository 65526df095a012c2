"""Services: changes of a charger's state as documents, a day or a part of one each; and how far they are filed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from model import paths
from model.documents import CorruptNoun, from_json, to_json
from model.status_change import KnownChange
from model.store.document import Document
from services.sites.packing import pack, unpack

MOST_IN_PART = 1_000
CURSOR = "status"
_FIELDS = KnownChange.__slots__


@dataclass(frozen=True, slots=True)
class Last:
    """A charger's last change that is filed, and where."""

    number: int
    at: datetime
    path: str


@dataclass(frozen=True, slots=True)
class Filed:
    """How far a location's decisions are filed, and each charger's last change by folded id."""

    version: int = 0
    chargers: dict[str, Last] = field(default_factory=dict)


def day_document(charger_key: str, changes: list[KnownChange]) -> dict[str, Any]:
    """The document of some changes of a charger, oldest first; there is at least one."""
    rows = [[getattr(change, name) for name in _FIELDS] for change in changes]
    return {
        "charger_key": charger_key,
        "first_at": changes[0].at,
        "last_at": changes[-1].at,
        "body": pack(to_json(rows)),
    }


def changes_in(document: Document) -> list[KnownChange]:
    """What a document of a day holds. Raises :class:`CorruptNoun`."""
    rows = from_json(list[list[Any]], unpack(document.data.get("body")))
    try:
        return [msgspec.convert(dict(zip(_FIELDS, row, strict=False)), KnownChange) for row in rows]
    except msgspec.ValidationError as error:
        raise CorruptNoun(f"{document.path}: {error}") from error


def cursor_path(location_id: str) -> str:
    """Where a location's :class:`Filed` lies."""
    return paths.fold_cursor(location_id, CURSOR)


def filed_document(filed: Filed) -> dict[str, Any]:
    """The document of how far changes are filed."""
    return {"version": filed.version, "body": pack(to_json(filed.chargers))}


def filed_of(document: Document | None) -> Filed:
    """How far changes are filed; nothing where there is no document. Raises :class:`CorruptNoun`."""
    if document is None:
        return Filed()
    return Filed(int(document.data["version"]), from_json(dict[str, Last], unpack(document.data.get("body"))))

"""Services: a session as its document and back, with the fields history is searched by."""

from collections.abc import Mapping
from typing import Any

from model.documents import from_document, to_document
from model.ids import fold
from model.session import Session
from services.meter.tail import CARRIED


def session_document(session: Session, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document of a session: its fields, the folded charger id, whether history hides it, whether it was reserved.

    ``before``: its document as it was, whose samples stay.
    """
    document = to_document(session)
    document["sort_at"] = session.assigned_at
    if not session.tag_key:
        del document["tag_key"]  # Its index holds those begun with a card only.
    carried = {name: before[name] for name in CARRIED if name in before} if before else {}
    return {
        **document,
        "charger_key": fold(session.charger_id),
        "hidden": session.never_plugged,
        "reserved": session.reserved_until is not None,
        **carried,
    }


def session_of(data: dict[str, Any]) -> Session:
    """The session a document holds. Raises :class:`model.documents.CorruptNoun`."""
    return from_document(Session, data)

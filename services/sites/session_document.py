"""Services: a session as its document and back, with the two fields history is searched by."""

from dataclasses import replace
from typing import Any

from model.documents import from_document, to_document
from model.ids import fold
from model.session import Session


def session_document(session: Session) -> dict[str, Any]:
    """The document of a session: its fields, the folded charger id, and whether history hides it."""
    document = to_document(replace(session, sort_at=session.assigned_at))
    return {**document, "charger_key": fold(session.charger_id), "hidden": session.never_plugged}


def session_of(data: dict[str, Any]) -> Session:
    """The session a document holds. Raises :class:`model.documents.CorruptNoun`."""
    return from_document(Session, data)

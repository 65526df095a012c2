"""Services: the original's sessions as ours: numbers and times kept, each marked with where it comes from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from model.account import User
from model.charger import EndReason
from model.session import Session
from model.store.document import Document
from services.sites.loading import initials_of
from services.transfer.original.report import Report

KNOWN = {"location_id", "charger_id", "session_id", "start_time", "end_time", "user"}
NOTE = "from the original service"
LAST = 2**53
"""The highest number taken: those that follow must fit in a document, too."""


def sessions_of(
    location_id: str, charger_id: str, documents: list[Document], people: Mapping[str, User], report: Report
) -> dict[int, Session]:
    """A charger's sessions by number, those without an end still open. Energy was not kept by the original."""
    found: dict[int, Session] = {}
    for document in documents:
        report.note_unknown("session", set(document.data), KNOWN)
        number, start = document.data.get("session_id"), document.data.get("start_time")
        name = f"session {location_id}:{charger_id}:{number}"
        if type(number) is not int or not 1 <= number <= LAST or not isinstance(start, datetime):
            report.note(f"{name} was left out: it has no number or no start ({document.path})")
            continue
        if number in found:
            report.note(f"{name} is there twice; the first was taken")
            continue
        end = document.data.get("end_time")
        session = Session(
            location_id=location_id,
            charger_id=charger_id,
            number=number,
            assigned_at=start,
            ended_at=max(end, start) if isinstance(end, datetime) else None,
            end_reason=EndReason.UNPLUGGED if isinstance(end, datetime) else None,
            note=NOTE,
        )
        user = people.get(str(document.data.get("user")))
        if user is None:
            report.note(f"{name} is nobody's: its user is not among those taken")
        else:
            session = replace(
                session,
                user_id=user.user_id,
                username=user.username,
                user_type=user.type,
                initials=initials_of(user),
            )
        found[number] = session
    return found


def closed(session: Session, reason: EndReason) -> Session:
    """An open session ended where it began: when it really ended nobody knows."""
    return replace(session, ended_at=session.assigned_at, end_reason=reason)

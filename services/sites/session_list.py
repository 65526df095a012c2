"""Services: lists of sessions, newest first, of a location, a charger or a person, filtered and paged."""

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from model import paths
from model.charger import EndReason
from model.documents import CorruptNoun, from_json, to_json
from model.errors import Invalid
from model.ids import fold
from model.session import Session
from model.store.document import Document
from model.store.errors import InvalidPath, InvalidQuery
from model.store.port import Reads
from model.store.query import Filter, Order, Query
from services.sites.paging import MAX_PAGE, Page
from services.sites.session_document import session_of
from services.sites.site_document import site_path

ROUNDS = 5
"""So often more is read where few of a page fit; after that a page is shorter than asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions. None: any. Times are those of the assignment; ``until`` is left out."""

    location_id: str | None = None
    charger_id: str | None = None
    user_id: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    end_reason: EndReason | None = None
    unplugged: bool = False
    """With offers and reservations that led to nothing."""

    def fits(self, session: Session) -> bool:
        """Whether a session is meant; the place and the time are the query's."""
        return (
            (self.charger_id is None or fold(session.charger_id) == fold(self.charger_id))
            and (self.user_id is None or session.user_id == self.user_id)
            and (self.tag is None or session.tag_key == fold(self.tag))
            and (self.end_reason is None or session.end_reason is self.end_reason)
            and (self.unplugged or self.end_reason is not None or not session.never_plugged)
        )


def list_sessions(reads: Reads, wanted: SessionFilter, page_size: int = 50, page_token: str = "") -> Page[Session]:
    """One page. What comes meanwhile is newer, and moves nothing.

    The store is asked by what narrows most, the rest is sifted here. Without a location: a user's at all of them.
    Raises ``Invalid``, ``NotFound`` (no id of a location).
    """
    if not 1 <= page_size <= MAX_PAGE:
        raise Invalid("invalid_page_size", f"page_size must be 1 to {MAX_PAGE}.", field="page_size")
    query = _query(wanted)
    after = _mark(query, page_token) if page_token else None
    items: list[tuple[Document, Session]] = []
    for _ in range(ROUNDS):
        try:
            found = reads.query(replace(query, limit=page_size + 1, after=after))
        except (InvalidQuery, InvalidPath) as error:
            raise _no_token() from error
        items += [(one, session) for one in found if wanted.fits(session := session_of(one.data))]
        if len(found) <= page_size:
            after = None
            break
        after = found[-1]
        if len(items) > page_size:
            break
    kept = tuple(session for _, session in items[:page_size])
    if len(items) > page_size:
        after = items[page_size - 1][0]
    return Page(items=kept, next_page_token="" if after is None else _token(after))


def _query(wanted: SessionFilter) -> Query:
    if wanted.location_id is None and wanted.user_id is None:
        raise ValueError("sessions of a location or of a user")
    if wanted.location_id is not None:
        site_path(wanted.location_id)
    if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
        raise Invalid("invalid_period", "`until` must be later than `from`.", field="until")
    where: list[Filter] = []
    narrow = wanted.tag is not None and wanted.user_id is None
    if narrow:
        where.append(Filter("tag_key", "==", fold(wanted.tag or "")))
    elif wanted.location_id is not None and wanted.charger_id is not None:
        where.append(Filter("charger_key", "==", fold(wanted.charger_id)))
    if wanted.user_id is not None:
        where.append(Filter("user_id", "==", wanted.user_id))
    if wanted.end_reason is not None and wanted.user_id is None and not narrow:
        where.append(Filter("end_reason", "==", wanted.end_reason.value))
    elif wanted.end_reason is None and not wanted.unplugged and not narrow:
        where.append(Filter("hidden", "==", False))
    if wanted.since is not None:
        where.append(Filter("sort_at", ">=", wanted.since))
    if wanted.until is not None:
        where.append(Filter("sort_at", "<", wanted.until))
    order = (Order("sort_at", descending=True),)
    if wanted.location_id is None:
        return Query(paths.SESSIONS, tuple(where), order, group=True)
    return Query(paths.sessions(wanted.location_id), tuple(where), order)


def _token(last: Document) -> str:
    return base64.urlsafe_b64encode(to_json((last.path, last.data["sort_at"]))).rstrip(b"=").decode()


def _mark(query: Query, page_token: str) -> Document:
    try:
        text = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True)
        path, at = from_json(tuple[str, datetime], text)
        mark = Document(path, {"sort_at": at.astimezone(UTC)})
        inside = mark.collection if not query.group else mark.collection.rpartition("/")[2]
    except (binascii.Error, CorruptNoun, ValueError, OverflowError) as error:
        raise _no_token() from error
    if at.tzinfo is None or inside != query.collection:
        raise _no_token()
    return mark


def _no_token() -> Invalid:
    return Invalid(
        "invalid_page_token", "This page_token is none of ours: start again without one.", field="page_token"
    )

"""Services: what a charge point needs to decide like us when it is offline: every known tag with its verdict."""

from datetime import datetime
from typing import Any

from model import paths
from model.account import Tag, User
from model.charge_point_records import LocalList
from model.documents import from_document
from model.instants import to_text
from model.store.port import Reads
from model.store.query import Filter, Query
from services.sites.known_tags import BLOCKED, verdict_on

MOST_TAG_CHARS = 20
"""Longer ones cannot be said in OCPP 1.6."""


def full_list(reads: Reads, now: datetime, version: int) -> dict[str, Any]:
    """The payload of a SendLocalList with all tags there are."""
    inactive = Query(paths.USERS, (Filter("active", "==", False),))
    blocked = {from_document(User, document.data).user_id for document in reads.query(inactive)}
    tags = [from_document(Tag, document.data) for document in reads.query(Query(paths.TAGS))]
    entries = [_entry(tag, now, blocked) for tag in tags if len(tag.tag) <= MOST_TAG_CHARS]
    return {"listVersion": version, "updateType": "Full", "localAuthorizationList": entries}


def next_version(known: LocalList) -> int:
    """The version after the last the charge point told, or was sent."""
    return max(known.version or 0, 0) + 1


def _entry(tag: Tag, now: datetime, blocked: set[str]) -> dict[str, Any]:
    info: dict[str, Any] = {"status": BLOCKED if tag.user_id in blocked else verdict_on(tag, now)}
    if tag.parent_tag and len(tag.parent_tag) <= MOST_TAG_CHARS:
        info["parentIdTag"] = tag.parent_tag
    if tag.expires_at is not None:
        info["expiryDate"] = to_text(tag.expires_at)
    return {"idTag": tag.tag, "idTagInfo": info}

"""Services: what the back end knows of a tag: whose it is, and OCPP's verdict on the tag alone."""

from datetime import datetime

from model import paths
from model.account import Tag
from model.documents import from_document
from model.errors import Invalid
from model.ids import check_tag, fold
from model.store.port import Reads
from scheduling.inputs import Tagged
from services.sites.loading import Loader

ACCEPTED, BLOCKED, EXPIRED = "Accepted", "Blocked", "Expired"


def tagged(reads: Reads, loader: Loader, text: str, now: datetime) -> Tagged:
    """Look a tag up: 1 read, and 1 for its user, whom the rules then need not read again."""
    try:
        check_tag(text)
    except Invalid:
        return Tagged()
    tag_key = fold(text)
    document = reads.get(paths.tag(text))
    if document is None:
        return Tagged(tag_key=tag_key)
    tag = from_document(Tag, document.data)
    user = loader.user(tag.user_id)
    if user is None:
        return Tagged(tag_key=tag_key)
    verdict = verdict_on(tag, now) if user.active else BLOCKED
    return Tagged(tag_key=tag_key, user_id=tag.user_id, parent_tag=tag.parent_tag, verdict=verdict)


def verdict_on(tag: Tag, now: datetime) -> str:
    """OCPP's word for a card whose user may enter."""
    if not tag.active:
        return BLOCKED
    if tag.expires_at is not None and tag.expires_at <= now:
        return EXPIRED
    return ACCEPTED

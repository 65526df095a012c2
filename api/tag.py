"""`user/tag…`: cards."""

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.tag import NewTag, TagChanges, TagPath, TagReply, TagsReply, tag_of, tag_reply
from api.wiring import acting_for, caller, services
from services.accounts import tags

tag = Resource("tag", "RFID cards; each counts as its owner's made-up tag.")

_DELETED = Done(message="The tag is forgotten.")


@tag.get("/user/tag", responses={200: TagsReply})
def list_tags(query: ActingQuery) -> TagsReply:
    """List one's own cards."""
    found = tags.tags_of(services(), acting_for(query.username))
    return TagsReply(tags=[tag_of(each) for each in found])


@tag.post("/user/tag", responses={201: TagReply})
def add_tag(query: ActingQuery, body: NewTag) -> tuple[TagReply, int]:
    """Register a card."""
    made = tags.add_tag(
        services(),
        acting_for(query.username),
        body.tag,
        by=caller(),
        label=body.label,
        expires_at=body.expires_at,
        once=once(tag_reply, 201),
    )
    return tag_reply(made), 201


@tag.patch("/user/tag/<path:tag>", responses={200: TagReply})
def change_tag(path: TagPath, body: TagChanges) -> TagReply:
    """Label, block or unblock a card, or change its expiry."""
    sent = body.model_fields_set
    changes = tags.TagChanges(
        label=body.label,
        active=body.active,
        expires_at=body.expires_at if "expires_at" in sent else tags.UNSET,
    )
    changed = tags.change_tag(
        services(), path.tag, changes, by=caller(), once=once(tag_reply), expected=expected(tag_reply)
    )
    return tag_reply(changed)


@tag.delete("/user/tag/<path:tag>", responses={200: Done})
def delete_tag(path: TagPath) -> Done:
    """Forget a card."""
    tags.delete_tag(services(), path.tag, by=caller(), once=once(lambda _: _DELETED), expected=expected(tag_reply))
    return _DELETED

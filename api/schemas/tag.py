"""Bodies and replies of `user/tag…`."""

from pydantic import Field

from api.schemas.base import Body, Instant, Path, Reply
from model.account import Tag as Noun
from model.instants import to_text


class TagPath(Path):
    """Which tag."""

    tag: str


class NewTag(Body):
    """A card to register."""

    tag: str = Field(min_length=1, max_length=255, description="What the card's reader shows.")
    label: str = Field(default="", max_length=100)
    expires_at: Instant | None = None


class TagChanges(Body):
    """What is to change of a card; what is left out stays."""

    label: str | None = Field(default=None, max_length=100)
    active: bool | None = Field(default=None, description="False blocks it.")
    expires_at: Instant | None = Field(default=None, description="null: never.")


class Tag(Reply):
    """A card."""

    tag: str
    label: str
    active: bool
    made_up: bool = Field(description="The user's own made-up tag; it can be neither blocked nor deleted.")
    parent_tag: str
    expires_at: str | None
    created_at: str | None


class TagReply(Reply):
    """One card."""

    tag: Tag


class TagsReply(Reply):
    """All cards of a user."""

    tags: list[Tag]


def tag_of(tag: Noun) -> Tag:
    """A card as its owner sees it."""
    return Tag(
        tag=tag.tag,
        label=tag.label,
        active=tag.active,
        made_up=tag.made_up,
        parent_tag=tag.parent_tag,
        expires_at=to_text(tag.expires_at),
        created_at=to_text(tag.created_at),
    )


def tag_reply(tag: Noun) -> TagReply:
    """The reply about one card."""
    return TagReply(tag=tag_of(tag))

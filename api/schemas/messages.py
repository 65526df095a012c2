"""A charge point's last frames as they travel."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.base import Body, Query, Reply
from model.instants import to_text
from wire.commands import FrameShown, FramesShown

MOST = 500
MOST_RECORD_S = 24 * 3600


class MessagesQuery(Query):
    """Which frames."""

    page_size: int = Field(default=100, ge=1, le=MOST, description="How many at most.")
    page_token: str = Field(default="", max_length=64, description="The `next_page_token` of an earlier answer.")


class RecordBody(Body):
    """For how long more frames are kept than usual."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    seconds: Annotated[int, Field(ge=0, le=MOST_RECORD_S)]
    """From now; 0 ends it."""


class Message(Reply):
    """One frame of OCPP-J, redacted: tags are shortened, secrets hidden, certificates and long texts cut."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: str
    direction: Literal["received", "sent"]
    """By Kilowait."""
    action: str | None
    """Of an answer: of the call it answers."""
    size: int
    """Bytes on the wire."""
    message: Any
    """The frame; a text where it was no JSON, or too long to be kept whole."""


class MessagesReply(Reply):
    """Frames, oldest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    messages: list[Message]
    next_page_token: str
    """Asks for what comes after these, also later on."""
    more: bool
    """More are kept already."""
    lost: bool
    """Before these some are missing that came after the `page_token`."""
    recorded_until: str | None
    """Until when more are kept than usual."""


def messages_reply(shown: FramesShown) -> MessagesReply:
    """The reply about a charge point's frames."""
    return MessagesReply(
        messages=[_message(frame) for frame in shown.frames],
        next_page_token=shown.cursor,
        more=shown.more,
        lost=shown.lost,
        recorded_until=to_text(shown.recorded_until),
    )


def _message(frame: FrameShown) -> Message:
    return Message(
        at=to_text(frame.at) or "",
        direction=frame.direction,
        action=frame.action or None,
        size=frame.size,
        message=frame.message,
    )

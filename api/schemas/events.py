"""What bridges send and are answered. The replies are written by the codec of ``wire``; these models describe them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Query, Reply
from model.ids import MAX_ID_CHARS, MAX_TAG_CHARS
from wire.codec import BadMessage, decode_events
from wire.questions import MOST_QUESTIONS, TagStatus

MOST_EVENTS = 5000


class EventsBody(Body):
    """A batch of one stream, oldest first. A bad event among them is answered `noted`; it does not spoil the others."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stream: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)]
    """One spool's life."""
    events: Annotated[list[Any], Field(max_length=MOST_EVENTS)]
    """Each `{charge_point_id, seq, kind, occurred_at, received_at, …}`; kinds are boot, connection, status,
    transaction_started, meter, draw, transaction_ended, command_result, notice."""

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **named: Any) -> Self:
        """As ever; a batch of well-formed events alone is read in one go: meter readings are most of what is posted."""
        if not named:
            try:
                stream, events = decode_events(json_data if isinstance(json_data, str) else bytes(json_data))
            except BadMessage:
                pass  # It may be a batch all the same: whichever event is none is noted.
            else:
                if 0 < len(stream) <= MAX_ID_CHARS and len(events) <= MOST_EVENTS:
                    return cast("Self", cls.model_construct(stream=stream, events=events))
        return super().model_validate_json(json_data, **named)


class EventOutcome(Reply):
    """The answer to one event. Empty texts are left out."""

    charge_point_id: str
    seq: int
    outcome: Literal["applied", "repeat", "noted"]
    reason: str = ""
    tag_status: str = ""
    parent_tag: str = ""


class EventsReply(Reply):
    """The answers, in the order of the events."""

    results: list[EventOutcome]
    server_time: datetime


class VerdictReply(Reply):
    """May this tag charge? Absent fields are left out."""

    tag_status: TagStatus
    parent_tag: str = ""
    expires_at: datetime | None = None
    reason: str = ""


class QuestionBody(Body):
    """A tag somebody shows at a charge point."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_point_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)]
    tag: Annotated[str, StringConstraints(max_length=MAX_TAG_CHARS)]
    connector: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Left out: any of the charge point's."""


class QuestionsBody(Body):
    """What was asked at about the same time."""

    questions: Annotated[list[QuestionBody], Field(min_length=1, max_length=MOST_QUESTIONS)]


class VerdictsReply(Reply):
    """The answers, in the order of the questions; null: no such charge point or connector."""

    verdicts: list[VerdictReply | None]


class ConfigQuery(Query):
    """What the bridge has already."""

    since: str = Field(default="", max_length=500, description="The `cursor` of an earlier answer.")


class KnownChargePoint(Reply):
    """What the bridge must know to let a charge point in."""

    charge_point_id: str
    password_sha256: list[str]
    security_profile: int
    vendor_profile: str
    connectors: dict[str, str]
    offline_flap_s: int
    admits_unknown: bool
    changed_at: datetime | None


class KnownTag(Reply):
    """A known tag."""

    tag: str
    parent_tag: str
    status: TagStatus
    expires_at: datetime | None


class LiveHold(Reply):
    """A connector kept for a tag."""

    charge_point_id: str
    connector: int
    reservation_id: int
    tag: str
    until: datetime


class BridgeConfigReply(Reply):
    """Everything a bridge keeps for when we do not answer (`complete`), or what changed since its cursor."""

    cursor: str
    complete: bool
    charge_points: list[KnownChargePoint]
    gone: list[str]
    tags: list[KnownTag]
    gone_tags: list[str]
    holds: list[LiveHold] | None
    server_time: datetime | None

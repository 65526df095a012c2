"""Queues and offers as they travel."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.schemas.base import Body, OptionalBody, Reply
from model.account import UserState, UserType
from model.charger import Phase


class QueueItem(Reply):
    """One driver who waits. The name is what the location's privacy allows."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    username: str
    type: UserType
    state: UserState
    place: int
    """From 1."""
    score: float | None
    """The order key in minutes, lowest first; null where the location shows others' places only."""
    waiting_since: str | None
    """ISO 8601; null where the location shows others' places only."""
    keeps_place: bool
    """They stand before somebody with a lower score, as the first `locked_places` keep their order."""
    reasons: str | None
    """Why they stand here, in one sentence; to themselves and admins."""


class Offer(Reply):
    """A charger kept for a driver."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    session_id: int
    state: Literal[Phase.OFFERED, Phase.HELD]
    expires_at: str | None
    """When it ends by itself: `answer_by` or `plug_by`."""
    answer_by: str | None
    plug_by: str | None


class QueueReply(Reply):
    """Who waits, first to last."""

    queue: list[QueueItem]
    waiting: int = Field(description="How many wait.")


class JoinReply(Reply):
    """The queue after joining, and the offer if a charger was free."""

    queue: list[QueueItem]
    waiting: int = Field(description="How many wait.")
    offer: Offer | None


class OfferReply(Reply):
    """The offer, or null after it was let go."""

    offer: Offer | None


class JoinBody(OptionalBody):
    """Proof of being there, where the location asks for it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Where the phone is; together with `longitude`."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    code: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """What the sheet at a charger says (`GET location/{location_id}/codes`)."""

    @model_validator(mode="after")
    def _whole_position(self) -> "JoinBody":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("send latitude and longitude together")
        return self


class MoveBody(Body):
    """A manager's move of somebody who waits."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    entry_id: Annotated[int, Field(ge=1)] | None = None
    """Whose turn, as the dashboard has it; or `username`."""
    username: str | None = None
    to: Literal["front", "place", "out"]
    place: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """From 1; with `to: place`."""
    reason: Annotated[
        str,
        StringConstraints(
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0][^\x00-\x1f\x7f-\x9f]*$",
        ),
    ]
    """A line that is not blank. Kept in the log, and shown to the driver."""

    @model_validator(mode="after")
    def _somebody_somewhere(self) -> "MoveBody":
        if (self.entry_id is None) == (self.username is None):
            raise ValueError("send entry_id or username, one of them")
        if (self.place is None) == (self.to == "place"):
            raise ValueError("place goes with to: place, and only with that")
        return self


class OfferBody(Body):
    """The answer to an offer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    action: Literal["accept", "decline", "snooze"]
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    """How long to snooze; 15 if left out."""
    session_id: Annotated[int, Field(ge=1)] | None = None
    """The offer that is answered: 409 if it is another by now."""

    @model_validator(mode="after")
    def _minutes_of_a_snooze(self) -> "OfferBody":
        if self.minutes is not None and self.action != "snooze":
            raise ValueError("minutes goes with the action snooze only")
        return self

"""Sessions as they travel."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.paging import PageQuery
from api.schemas.base import OptionalBody, Query, Reply
from api.schemas.charger import ChargerPath
from model.account import UserState, UserType
from model.charger import EndReason
from model.ids import MAX_ID_CHARS, MAX_TAG_CHARS


class SeenUser(Reply):
    """A driver as others see them: the name as the location's privacy allows."""

    username: str
    type: UserType
    state: UserState


class Session(Reply):
    """One session, from the offer to the end."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    session_id: int
    """Counts per charger; never used again."""
    start_time: str
    """When the charger was assigned, ISO 8601."""
    end_time: str | None
    user: SeenUser | None
    """Null: nobody is known to charge here."""
    plugged_time: str | None
    full_time: str | None
    energy_wh: int
    power_w: int
    cost: int | None
    """Minor units of currency; null to others than its owner."""
    currency: str
    end_reason: EndReason | None
    session_type: str
    transaction_id: str
    """The charge point's own; empty to others than its owner."""


class SessionReply(Reply):
    """One session."""

    session: Session


class SessionsReply(Reply):
    """A page of sessions, newest first."""

    sessions: list[Session]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


class SessionPath(ChargerPath):
    """A session's address."""

    session_id: str = Field(description="Its number, or `location:charger:number`.")


class ActiveSessionQuery(Query):
    """Which open session is meant."""

    session_id: int | None = Field(
        default=None, ge=1, description="Ends nothing if another session is open by now (409)."
    )


class HistoryQuery(PageQuery):
    """Which sessions, and how many at once."""

    username: str | None = Field(default=None, description="Only this user's; another's: admins only.")
    unplugged: bool = Field(default=False, description="Show offers that led to nothing too.")


class SessionBody(OptionalBody):
    """Who joins at the charger."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    tag: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG_CHARS)] | None = None
    """The card that was tapped: what a unit sends."""
    username: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARS)] | None = None
    """For an admin: whom to let join; without it, the admin."""

    @model_validator(mode="after")
    def _one_of_them(self) -> "SessionBody":
        if self.tag is not None and self.username is not None:
            raise ValueError("send a tag or a username, not both")
        return self

"""Sessions as they travel."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.paging import PageQuery
from api.schemas.base import Instant, OptionalBody, Query, Reply
from api.schemas.charger import ChargerPath
from model.account import UserState, UserType
from model.charger import EndReason
from model.ids import MAX_ID_CHARS, MAX_TAG_CHARS


class SeenUser(Reply):
    """A driver as others see them: the name as the location's privacy allows."""

    username: str
    type: UserType
    state: UserState


class SliceItem(Reply):
    """The energy that was drawn at one price."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    price: int
    """Thousandths of a minor unit per kWh."""
    energy_wh: int


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
    """Minor units of currency, so far while it is open; null where nothing is priced, and to others than its owner."""
    currency: str
    price: int | None
    """Thousandths of a minor unit per kWh when the charge began; `slices` has those of other times."""
    slices: list[SliceItem]
    """The energy by price; empty to others than its owner."""
    idle_s: int
    """Seconds of overstay that are billed."""
    idle_price: int
    """Thousandths of a minor unit per minute of those."""
    end_reason: EndReason | None
    session_type: str
    transaction_id: str
    """The charge point's own; empty to others than its owner."""
    transaction_start_time: str | None
    """When the last transaction began: when we heard of it; of one told late, as its charge point says."""
    transaction_end_time: str | None
    """Likewise; null while it runs, or where its end was never told."""
    tag: str
    """The end of the card's id it was begun with, enough to tell two cards apart; empty to others than its owner."""


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


class SessionsQuery(PageQuery):
    """Which sessions, and how many at once."""

    from_: Instant | None = Field(default=None, alias="from", description="Assigned then or later; ISO 8601 instant.")
    until: Instant | None = Field(default=None, description="Assigned before; ISO 8601 instant with zone.")
    tag: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG_CHARS)] | None = Field(
        default=None, description="Begun with this card."
    )
    end_reason: EndReason | None = Field(default=None, description="Ended for this; `unplugged` is not looked at then.")
    unplugged: bool = Field(default=False, description="Show offers and reservations that led to nothing too.")


class HistoryQuery(SessionsQuery):
    """Which sessions of a charger."""

    username: str | None = Field(default=None, description="Only this user's; another's: admins only.")


class LocationSessionsQuery(HistoryQuery):
    """Which sessions of a location."""

    charger: str | None = Field(default=None, max_length=MAX_ID_CHARS, description="Only this charger's.")


class UserSessionsQuery(HistoryQuery):
    """Which sessions of a user."""

    location: str | None = Field(default=None, max_length=MAX_ID_CHARS, description="Only at this location.")
    charger: str | None = Field(default=None, max_length=MAX_ID_CHARS, description="Only this one's; of `location`.")


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

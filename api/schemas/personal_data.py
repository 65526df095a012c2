"""All that is kept of a person, as it travels."""

from typing import Any

from pydantic import ConfigDict

from api.schemas.balance import LedgerItem
from api.schemas.base import Reply
from api.schemas.session import Session
from api.schemas.tag import Tag
from api.schemas.user import User


class KnownDecision(Reply):
    """What a decision of a location knew of the person, and what it told them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    version: int
    at: str
    known: dict[str, Any]
    """What the rules looked at: place, fair share, balance, quota. Empty: nothing, they were only told."""
    told: list[dict[str, Any]]
    """The messages to them."""


class DoneToAccount(Reply):
    """What an admin did to the account."""

    at: str
    action: str
    what: str


class PersonalData(Reply):
    """Everything that is kept of a person."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    made_at: str
    user: User
    tags: list[Tag]
    sessions: list[Session]
    """All of them, offers that led to nothing too. What was measured is read session by session."""
    ledger: list[LedgerItem]
    decisions: list[KnownDecision]
    """At each location, of the newest thousand decisions those that looked at the person or told them something."""
    done_to_account: list[DoneToAccount]


class PersonalDataReply(Reply):
    """One person's data."""

    personal_data: PersonalData

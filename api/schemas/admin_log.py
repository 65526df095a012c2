"""The admin log as it travels."""

from pydantic import ConfigDict, Field

from api.paging import PageQuery
from api.schemas.base import Reply
from api.schemas.charger_settings import SettingChange


class AdminLogQuery(PageQuery):
    """Which lines."""

    subject_id: str = Field(
        default="", max_length=200, description="Only what was done to this: a user's id, or `location:charger`."
    )


class AdminAction(Reply):
    """One line: who did what to whom."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: str
    actor_id: str | None
    """The admin's user id; null: the operator's command line."""
    actor: str
    action: str
    """Such as `change_charger_settings`."""
    subject_id: str
    """A user's id, `location:charger` …"""
    what: str
    """What was changed, for people."""
    change: SettingChange | None
    """A change of a charger's settings, with what came of it."""


class AdminLogReply(Reply):
    """A page of the admin log, newest first."""

    actions: list[AdminAction]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")

"""Chargers as a list over all locations."""

from pydantic import Field

from api.schemas.base import Reply
from api.schemas.charger import Charger


class StationsReply(Reply):
    """A page of the chargers of all locations."""

    stations: list[Charger]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")

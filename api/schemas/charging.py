"""Reserving, starting and stopping, and what was last, as they travel."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from api.schemas.base import OptionalBody, Reply
from model.charger import EndReason

MOST_MINUTES = 24 * 60


class ReservationState(StrEnum):
    """What became of a reservation."""

    HELD = "held"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class NothingBody(OptionalBody):
    """Nothing more is asked for."""


class ReserveBody(OptionalBody):
    """For how long, and proof of being there where the location asks for it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None
    """As long as the location allows (`settings.reserve_s`) if left out."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Where the phone is; together with `longitude`."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    code: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """What the sheet at a charger says (`GET location/{location_id}/codes`)."""

    @model_validator(mode="after")
    def _whole_position(self) -> "ReserveBody":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("send latitude and longitude together")
        return self


class ChargingCommand(Reply):
    """What the charge point is asked to do. What it does then shows in the charger's state."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    command_id: str
    """The same in the location's decisions and in the charge point's messages."""
    action: Literal["start", "stop"]
    status: Literal["queued"]
    """A start that comes to nothing is told to the driver."""
    location_id: str
    charger_id: str
    session_id: int
    """The session of the driver: held until the charge begins, or running."""


class ChargingReply(Reply):
    """The command that is on its way."""

    command: ChargingCommand


class LastCharge(Reply):
    """A charge, without whose it was."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    session_id: int
    plugged_time: str
    """ISO 8601."""
    full_time: str | None
    end_time: str | None
    """Null: it goes on."""
    energy_wh: int
    end_reason: EndReason | None


class LastChargeReply(Reply):
    """A charger's last charge."""

    session: LastCharge


class Reservation(Reply):
    """A reservation, without whose it was."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    session_id: int
    state: ReservationState
    reserved_at: str
    """ISO 8601."""
    expires_at: str
    """What it was made for. An outage of the charge point may make it longer."""
    plugged_time: str | None
    end_time: str | None
    """When it, or the charge it led to, ended."""


class ReservationReply(Reply):
    """The last reservation."""

    reservation: Reservation

"""What all bodies share: a field too many or of another type is an error."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from simulator.cars import CATALOGUE

Tag = Annotated[
    str, Field(min_length=1, max_length=36, description="An idTag, or idToken; OCPP 1.6 knows 20 characters")
]
WattHours = Annotated[int, Field(ge=1, le=10_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Watts = Annotated[int, Field(ge=100, le=1_000_000)]
Phases = Annotated[int, Field(ge=1, le=3)]
CAR_TYPES = sorted(CATALOGUE)


class Body(BaseModel):
    """A body, or part of one."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NoBody(Body):
    """Nothing more need be said: no body, or an empty object."""

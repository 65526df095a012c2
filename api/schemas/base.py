"""The rules all bodies, queries and replies share."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _as_text(value: Any) -> Any:
    """Without this a number, or a text of digits, would count as seconds since 1970."""
    if isinstance(value, bool | int | float) or (isinstance(value, str) and not set(value.strip()) - _OF_NUMBERS):
        raise ValueError("is no ISO 8601 instant")
    return value


_OF_NUMBERS = frozenset("0123456789+-._eE")


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is beyond the years 1 to 9999") from error


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_as_text), AfterValidator(_in_utc)]
"""ISO 8601 with a zone, as aware UTC. Not strict: behind our own look at it the strict rule would take no text."""


def _with_room(instant: datetime) -> datetime:
    if not MINYEAR < instant.year < MAXYEAR:
        raise ValueError("is beyond the years 2 to 9998")
    return instant


Bound = Annotated[Instant, AfterValidator(_with_room)]
"""Where a period begins or ends: a zone's clock, or a month more or less, does not leave the calendar."""


class Body(BaseModel):
    """What is sent: strict types, no unknown field, no infinite number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True)


def named_keys(schema: dict[str, Any]) -> None:
    """Of a map whose keys have a pattern: `patternProperties` is lost on the way to the OpenAPI file, and would let any
    other key pass.
    """
    (schema["additionalProperties"],) = schema.pop("patternProperties").values()


class OptionalBody(Body):
    """A body that may be left out: nothing is like `{}`."""

    model_config = ConfigDict(openapi_extra={"required": False})  # type: ignore[typeddict-unknown-key]


class FormBody(Body):
    """A body that may also come from a page's plain form."""

    model_config = ConfigDict(openapi_extra={"form": True})  # type: ignore[typeddict-unknown-key]


class Query(BaseModel):
    """What stands behind the `?`: text made into numbers, no unknown name (a typo must not widen a request)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Path(BaseModel):
    """What stands in the path."""


class Reply(BaseModel):
    """What is answered. Absent values are null, so that a reply always has the same fields."""

    model_config = ConfigDict(extra="forbid")


class Done(Reply):
    """The answer to an action that has no noun."""

    message: str = Field(description="What happened, in a sentence.")
    status: str = Field(default="ok", description="Always `ok`.")


class ActingQuery(Query):
    """Admins act for another user."""

    username: str | None = Field(default=None, description="Another user to act for; admins only.")

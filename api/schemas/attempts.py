"""Charge points that wanted in and are not known, as a bridge reports them."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Instant
from model.ids import MAX_ID_CHARS
from wire.attempts import MOST_ATTEMPTS, Attempt


class AttemptBody(Body):
    """One identity, since the last report."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_point_id: Annotated[str, StringConstraints(max_length=MAX_ID_CHARS)]
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    first_at: Instant
    last_at: Instant
    subprotocols: Annotated[
        list[Annotated[str, StringConstraints(max_length=32)]], Field(max_length=5, default_factory=list)
    ]
    family: Annotated[str, StringConstraints(max_length=8)] = ""
    is_tls: bool = False
    has_password: bool = False


class AttemptsBody(Body):
    """What a bridge saw at its door."""

    attempts: Annotated[list[AttemptBody], Field(max_length=MOST_ATTEMPTS)]


def attempts_of(body: AttemptsBody) -> list[Attempt]:
    """As the wire's own."""
    return [Attempt(**{**each.model_dump(), "subprotocols": tuple(each.subprotocols)}) for each in body.attempts]

"""What cards were answered: as a bridge tells it, and as an admin reads it."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Instant, Query, Reply
from model.ids import MAX_ID_CHARS, MAX_TAG_CHARS
from model.instants import to_text
from services.chargepoints.authorizations import KEPT, ShownAuthorization
from wire.authorizations import MOST_AUTHORIZATIONS
from wire.authorizations import Authorization as Told


class ToldAuthorization(Body):
    """A card and its verdict."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_point_id: Annotated[str, StringConstraints(max_length=MAX_ID_CHARS)]
    at: Instant
    asked: Literal["authorize", "start"]
    tag: Annotated[str, StringConstraints(max_length=MAX_TAG_CHARS)]
    tag_status: Annotated[str, StringConstraints(max_length=32)]
    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    connector: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """0: any."""
    by_copy: bool = False
    """The bridge's own copy judged."""


class AuthorizationsBody(Body):
    """What a bridge answered since its last report."""

    authorizations: Annotated[list[ToldAuthorization], Field(max_length=MOST_AUTHORIZATIONS)]


class AuthorizationsQuery(Query):
    """How many."""

    page_size: int = Field(default=50, ge=1, le=KEPT, description="At most so many, the latest.")


class Authorization(Reply):
    """A card at a charge point, and what it was answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: str
    charge_point_id: str
    charger_id: str | None
    """Null: it was asked for any of the charge point."""
    asked: str
    """`authorize` or `start`."""
    tag: str
    """Redacted."""
    username: str | None
    """Null: the card is nobody's, or its user is no more."""
    tag_status: str
    """OCPP's word."""
    reason: str
    by: str
    """`api`, or `bridge`: its own copy judged, as the API did not answer in time."""


class AuthorizationsReply(Reply):
    """The latest first."""

    authorizations: list[Authorization]


def told_of(body: AuthorizationsBody) -> list[Told]:
    """As the wire's own."""
    return [Told(**each.model_dump()) for each in body.authorizations]


def authorizations_reply(found: list[ShownAuthorization]) -> AuthorizationsReply:
    """The reply about them."""
    return AuthorizationsReply(authorizations=[_model(each) for each in found])


def _model(shown: ShownAuthorization) -> Authorization:
    noun = shown.authorization
    return Authorization(
        at=to_text(noun.at) or "",
        charge_point_id=shown.charge_point_id,
        charger_id=shown.charger_id or None,
        asked=noun.asked,
        tag=noun.tag,
        username=shown.username or None,
        tag_status=noun.tag_status,
        reason=noun.reason,
        by="bridge" if noun.by_copy else "api",
    )

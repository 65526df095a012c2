"""Bodies and replies of `user/…/token…`."""

from typing import Self

from pydantic import Field, model_validator

from api.schemas.base import Body, Path, Reply
from model.account import Scope, ScopeKind
from model.account import Token as Noun
from model.instants import to_text
from services.accounts.tokens import Issued


class UsernamePath(Path):
    """Which user."""

    username: str


class TokenPath(UsernamePath):
    """Which token of which user."""

    token_id: str


class ScopeBody(Body):
    """The one thing a unit's token may touch: exactly one of these."""

    bridge: str | None = Field(default=None, min_length=1, max_length=64)
    chargepoint: str | None = Field(default=None, min_length=1, max_length=64)
    charger: str | None = Field(default=None, min_length=3, max_length=129, description="`location:charger`")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(each is not None for each in (self.bridge, self.chargepoint, self.charger)) != 1:
            raise ValueError("give exactly one of bridge, chargepoint, charger")
        return self

    def noun(self) -> Scope:
        """The scope as services know it."""
        given = {
            ScopeKind.BRIDGE: self.bridge,
            ScopeKind.CHARGE_POINT: self.chargepoint,
            ScopeKind.CHARGER: self.charger,
        }
        kind, name = next((kind, name) for kind, name in given.items() if name is not None)
        return Scope(kind=kind, id=name)


class NewToken(Body):
    """A unit's token to make."""

    scope: ScopeBody
    fixed: bool = Field(default=False, description="It never ends by itself: for units that read no answers.")


class ScopeItem(Reply):
    """What a unit's token is bound to."""

    kind: ScopeKind
    id: str


class Token(Reply):
    """A token, without its secret."""

    token_id: str
    device: str
    scope: ScopeItem | None
    fixed: bool
    created_at: str | None
    refreshed_at: str | None
    expires_at: str | None


class NewTokenReply(Reply):
    """A new unit's token; its secret is shown this once."""

    token: str = Field(description="Send it as `Authorization: Bearer …`.")
    token_id: str
    expires_at: str | None
    scope: ScopeItem


class TokensReply(Reply):
    """All tokens of a user, oldest refresh first."""

    tokens: list[Token]


def scope_item(scope: Scope) -> ScopeItem:
    """A scope on the wire."""
    return ScopeItem(kind=scope.kind, id=scope.id)


def token_of(token: Noun) -> Token:
    """A token as admins see it."""
    return Token(
        token_id=token.token_id,
        device=token.device,
        scope=scope_item(token.scope) if token.scope else None,
        fixed=token.expires_at is None,
        created_at=to_text(token.created_at),
        refreshed_at=to_text(token.refreshed_at),
        expires_at=to_text(token.expires_at),
    )


def new_token_reply(issued: Issued, scope: Scope) -> NewTokenReply:
    """The one reply that shows the secret."""
    return NewTokenReply(
        token=issued.secret,
        token_id=issued.token.token_id,
        expires_at=to_text(issued.token.expires_at),
        scope=scope_item(scope),
    )

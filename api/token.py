"""`user/…/token…`: tokens of units, made and revoked by admins."""

from api.idempotency import once
from api.resource import Resource
from api.schemas.base import Done
from api.schemas.token import (
    NewToken,
    NewTokenReply,
    TokenPath,
    TokensReply,
    UsernamePath,
    new_token_reply,
    token_of,
)
from api.wiring import caller, services
from services.accounts import service_tokens

token = Resource("token", "Tokens of units: each bound to one bridge, charge point or charger.")

_REVOKED = Done(message="The token is revoked.")


@token.post("/user/<username>/token", responses={201: NewTokenReply})
def create_token(path: UsernamePath, body: NewToken) -> tuple[NewTokenReply, int]:
    """Make a unit's token; its secret is shown this once."""
    scope = body.scope.noun()
    issued = service_tokens.create_token(services(), path.username, scope, fixed=body.fixed, by=caller(), once=once())
    return new_token_reply(issued, scope), 201


@token.get("/user/<username>/token", responses={200: TokensReply})
def list_tokens(path: UsernamePath) -> TokensReply:
    """List a user's tokens, without their secrets."""
    found = service_tokens.list_tokens(services(), path.username)
    return TokensReply(tokens=[token_of(each) for each in found])


@token.delete("/user/<username>/token/<token_id>", responses={200: Done})
def revoke_token(path: TokenPath) -> Done:
    """End one of a user's tokens."""
    service_tokens.revoke_token(services(), path.username, path.token_id, by=caller(), once=once(lambda _: _REVOKED))
    return _REVOKED

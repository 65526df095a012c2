"""Who is asking, as far as services need to know."""

from dataclasses import dataclass

from model.account import Scope, Token, UserType


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The user or unit behind a request, taken from its token; anonymous callers are ``None``."""

    user_id: str
    username: str
    type: UserType
    token_id: str = ""
    scope: Scope | None = None
    device: str = ""

    @property
    def is_admin(self) -> bool:
        return self.type is UserType.ADMIN

    @property
    def is_service(self) -> bool:
        return self.type is UserType.SERVICE


def caller_of(token: Token) -> Caller:
    """The caller a valid token stands for."""
    return Caller(
        user_id=token.user_id,
        username=token.username,
        type=token.user_type,
        token_id=token.token_id,
        scope=token.scope,
        device=token.device,
    )

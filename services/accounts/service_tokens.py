"""Tokens of units: each bound to one bridge, charge point or charger, made and revoked by admins."""

from model.account import Scope, ScopeKind, Token, UserType
from model.errors import Conflict, Invalid, NotFound
from model.ids import check_id, check_place_id
from model.store.port import Transaction
from services.accounts import tokens
from services.accounts.admin_log import note
from services.accounts.names import user_named
from services.accounts.tokens import Issued
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once

MOST_TOKENS = 100


def check_scope(scope: Scope) -> Scope:
    """``scope`` if its id may be one of its kind; a charger's is ``location:charger``."""
    if scope.kind is not ScopeKind.CHARGER:
        check_id(scope.id, scope.kind.value)
        return scope
    parts = scope.id.split(":")
    if len(parts) != 2:
        raise Invalid("invalid_id", "A charger is named location:charger.", field="charger")
    for part in parts:
        check_place_id(part, "charger")
    return scope


def create_token(
    services: Services,
    username: str,
    scope: Scope,
    *,
    fixed: bool = False,
    by: Caller | None,
    once: Once = UNKEYED,
) -> Issued:
    """A token for a unit. Repeated with the same key: the same token with another secret, the first one ends.

    Raises :class:`Conflict` if the account is no unit's.
    """
    now = services.clock.now()
    check_scope(scope)

    def body(tx: Transaction) -> Issued:
        made_path = once.subject(tx, now)
        user = user_named(tx, username)
        if user.type is not UserType.SERVICE or not user.active:
            raise Conflict("not_a_service", "Only an active account of type service has tokens of units.")
        if len(tokens.tokens_of(tx, user.user_id)) >= MOST_TOKENS:
            raise Conflict("too_many_tokens", f"A unit may have {MOST_TOKENS} tokens at most; revoke old ones.")
        issued = tokens.mint(services.randomness, user, now, scope=scope, fixed=fixed)
        if made_path is not None:
            tx.delete(made_path)
        tokens.save(tx, issued)
        note(tx, services.randomness, now, by, "create_token", user.user_id, f"{scope.kind.value} {scope.id}")
        once.remember_subject(tx, issued.path, now)
        return issued

    issued = services.store.transact(body)
    services.token_cache.forget_user(issued.token.user_id)
    return issued


def list_tokens(services: Services, username: str) -> list[Token]:
    """All tokens of an account, without their secrets, oldest refresh first."""
    user = user_named(services.store, username)
    return [each.token for each in tokens.tokens_of(services.store, user.user_id)]


def revoke_token(services: Services, username: str, token_id: str, *, by: Caller, once: Once = UNKEYED) -> None:
    """End one token of an account by its public id. Raises :class:`NotFound`."""
    now = services.clock.now()

    def body(tx: Transaction) -> str:
        once.check(tx, now)
        user = user_named(tx, username)
        found = [each for each in tokens.tokens_of(tx, user.user_id) if each.token.token_id == token_id]
        if not found:
            raise NotFound("no_such_token", "There is no such token.")
        for each in found:
            tx.delete(each.path)
        note(tx, services.randomness, now, by, "revoke_token", user.user_id)
        once.remember(tx, None, now)
        return user.user_id

    services.token_cache.forget_user(services.store.transact(body))

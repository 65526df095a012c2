"""Deleting an account: refused while it is in a queue or at a charger, else everything that names the person goes."""

from model import paths
from model.account import UserState
from model.errors import Conflict
from model.store.port import Transaction
from model.store.query import Filter, Query
from services.accounts import erasure, tokens
from services.accounts.admin_log import note
from services.accounts.administration import refuse_last_admin
from services.accounts.names import user_with_id
from services.caller import Caller
from services.context import Services
from services.groups.membership import memberships
from services.idempotency import UNKEYED, Once
from services.money import opening
from services.precondition import ANY, Expected
from services.standing import Person


def delete_user(
    services: Services, user_id: str, *, by: Caller, once: Once = UNKEYED, expected: Expected = ANY
) -> None:
    """Delete the account, its names, tags, tokens and resets. Its sessions stay without its name, decisions whole.

    Raises :class:`Conflict` (``user_in_use``, ``last_admin``), :class:`NotFound`.
    """
    now = services.clock.now()

    def body(tx: Transaction) -> None:
        once.check(tx, now)
        user = user_with_id(tx, user_id)
        standing = services.standing(tx, user)
        expected.check(Person(user=user, standing=standing))
        if standing.state is not UserState.INACTIVE:
            raise Conflict("user_in_use", "This user is in a queue or at a charger. Leave or end that first.")
        refuse_last_admin(tx, user, None)
        opening.refuse_paid(user)
        tags = tx.query(Query(paths.TAGS, where=(Filter("user_id", "==", user_id),)))
        secrets = tokens.secret_paths_of(tx, user_id)
        names = sorted({paths.name(each) for each in (user.username, user.email) if each})
        for path in (paths.user(user_id), *names, *secrets, *(tag.path for tag in tags), *memberships(user)):
            tx.delete(path)
        opening.close(tx, user, now)
        erasure.begin(tx, user_id, now)
        if by.user_id != user_id:
            note(tx, services.randomness, now, by, "delete_user", user_id)
        once.remember(tx, None, now)

    services.store.transact(body)
    services.token_cache.forget_user(user_id)
    erasure.finish(services.store, user_id)

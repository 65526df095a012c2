"""The people of a demo: who may be logged in as without a password, where a demo runs and nowhere else."""

from dataclasses import dataclass

from model.errors import Forbidden, NotFound
from model.store.port import Transaction
from services.accounts import tokens
from services.accounts.names import user_named
from services.accounts.tokens import Issued, mint
from services.context import Services

MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """``username``, and what a button says."""

    username: str
    about: str


PEOPLE = (
    DemoPerson("driver-1", "A driver"),
    DemoPerson("driver-2", "Another driver"),
    DemoPerson(MANAGER, "The manager"),
)


def log_in_as(services: Services, username: str, *, nearby: bool) -> Issued:
    """A token for one of them. ``nearby``: asked from this very machine, which the manager must be.

    Raises ``NotFound`` where no demo runs, ``Forbidden``.
    """
    if not services.configuration.demo or username not in {one.username for one in PEOPLE}:
        raise NotFound("no_demo", "No demo runs here.")
    if username == MANAGER and not nearby:
        raise Forbidden("not_nearby", "The demo's manager logs in on the machine itself.")
    user = user_named(services.store, username)
    issued = mint(services.randomness, user, services.clock.now())

    def body(tx: Transaction) -> None:
        gone = tokens.displaced(tokens.tokens_of(tx, user.user_id), device="")
        for path in gone:  # A button may be pressed for ever: as with a password, the oldest logins end.
            tx.delete(path)
        tokens.save(tx, issued)

    services.store.transact(body)
    return issued

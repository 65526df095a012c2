"""A location where charging is paid from balances, accounts made as the API makes them, and the trial provider."""

from dataclasses import dataclass, replace
from typing import Any

from model import paths
from model.account import User, UserType
from model.documents import from_document
from model.money.ledger import LedgerEntry
from model.money.payment import Payment
from model.settings import Settings
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.accounts.registration import NewAccount, create_user
from services.adapters.trial_payments import TrialPayments
from services.caller import Caller
from services.configuration import Configuration
from services.context import Services
from services.money.checking import check_books
from services.money.payments import told, top_up
from tests.fakes.composition import fake_services
from tests.fakes.people import HashedOnce
from tests.fakes.site_world import ADMIN, YARD, World

SECRET = "secret of the trial provider"
CREDIT = 10_000
PREPAID = Settings(price=30_000, idle_price=10_000, prepaid=True, grace_s=300)
ROOT = Caller(user_id="u-root", username="root", type=UserType.ADMIN)


@dataclass
class MoneyWorld(World):
    """``context`` is what services of money take."""

    def __post_init__(self) -> None:
        World.__post_init__(self)
        self.provider = TrialPayments(SECRET)
        self.context: Services = fake_services(
            configuration=Configuration(store="memory:", starting_credit=CREDIT),
            store=self.store,
            clock=self.clock,
            randomness=self.randomness,
            bus=self.bus,
            sites=self.services,
            standing=self.services.standing,
            payments=self.provider,
            passwords=HashedOnce(),
        )

    def paid_location(self, chargers: int = 1, settings: Settings = PREPAID) -> None:
        self.location(chargers=chargers)
        self.services.keeping.put_location(YARD, PutLocation(currency="EUR", settings=settings), ADMIN)
        self.charge_point(connectors=chargers)

    def account(self, name: str) -> User:
        """A new account, with the starting credit."""
        new = NewAccount(username=name, password="correct horse battery")
        return create_user(self.context, new, by=None).user

    def tops_up(self, user: User, amount: int = 5000) -> Payment:
        return top_up(self.context, user.user_id, amount, None)

    def pays(self, payment: Payment, status: str = "paid", **lies: Any) -> bool:
        """The provider reports a payment; what it lies about is given."""
        headers, body = self.provider.report(replace(payment, **lies), self.clock.now(), status)
        return told(self.context, self.provider.name, headers, body)

    def ledger(self, user: User) -> list[LedgerEntry]:
        found = self.store.query(Query(paths.ledger(user.user_id)))
        return sorted((from_document(LedgerEntry, one.data) for one in found), key=lambda entry: entry.number)

    def wrong(self) -> list[str]:
        """What the check of the books finds."""
        return check_books(self.store).problems

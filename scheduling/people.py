"""What the rules know of a driver while they decide about one site."""

from dataclasses import dataclass, field

from model.account import Place, ServiceRecord
from model.entry import Member
from model.money.ledger import Balance
from model.quota import Limit, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user's part in one site. The service loads it from the user's document and saves what changed."""

    member: Member
    place: Place | None = None
    """The user's only place, wherever it is."""
    elsewhere: bool = False
    """The place is alive at another location (the service looked there)."""
    record: ServiceRecord = field(default_factory=ServiceRecord)
    balance: Balance = field(default_factory=Balance)
    limits: tuple[Limit, ...] = ()
    """Of their own and of their groups; only looked at."""
    usage: Usage = field(default_factory=Usage)
    active: bool = True
    """The account is not deactivated; only looked at."""

"""Everything a service works with, handed in as one value by `main.py` and by tests."""

from dataclasses import dataclass, field

from model.store.port import Store
from services.accounts.passwords import Passwords
from services.accounts.token_cache import TokenCache
from services.configuration import Configuration
from services.ports import Bus, Clock, Mail, ManagerPosts, Notifier, PaymentProvider, Publisher, Randomness
from services.site_services import SiteServices
from services.standing import Standings, nobody_stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The store, the ports, and what one process remembers."""

    configuration: Configuration
    store: Store
    clock: Clock
    randomness: Randomness
    mail: Mail
    notifier: Notifier
    bus: Bus
    standing: Standings = nobody_stands
    sites: SiteServices | None = None
    """None: a process (or a test) that only knows accounts."""
    payments: PaymentProvider | None = None
    """None: balances are topped up by admins only."""
    publisher: Publisher | None = None
    """None: no outside system is told anything."""
    managers: ManagerPosts | None = None
    """None: the managers of a location are told together nowhere."""
    web_push_key: str = ""
    """What browsers subscribe with; empty: there is no Web Push."""
    passwords: Passwords = field(default_factory=Passwords)
    token_cache: TokenCache = field(default_factory=TokenCache)

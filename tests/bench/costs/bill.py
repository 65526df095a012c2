"""A month's bill by product, and the part of each free quota that is used."""

from dataclasses import dataclass, replace

from services.accounts.token_cache import KEPT_FOR
from tests.bench.costs.assumed import Assumed
from tests.bench.costs.driver import POLL_S
from tests.bench.costs.ledger import Cause, Use
from tests.bench.costs.measured import Measured
from tests.bench.costs.model import Choices, Deployment
from tests.bench.costs.prices import DAYS, PRICES, dollars, share

TOKEN_KEPT_S = KEPT_FOR.total_seconds()
SITES = (1, 100, 10_000)
MOST_OF_DOCUMENTS = 0.5
"""One site uses no more of each daily quota of documents: room to spare."""
DOCUMENTS = ("reads", "writes", "deletes")
NOT_FREE = frozenset({"address_hours", "balanced_gib", "image_gib", "vm_hours"})
"""What costs something even for one site: said on the page, no quota to keep."""
ORIGINAL_READS = 117_000
"""A day of the same site in the original service's layout."""
READS_A_SESSION, WRITES_A_SESSION = 100, 65
OF_SESSIONS = (Cause.ACTS, Cause.EVENTS, Cause.READINGS, Cause.QUESTIONS, Cause.EFFECTS, Cause.TICK, Cause.RESET)
"""What happens because somebody charges."""
MENDED = Choices(own_sites_only=True, short_list=True, few_logs=0.05)


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month by product, in the order of the prices."""

    by_product: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.by_product.values())


def bill(deployment: Deployment) -> Bill:
    """What a month costs."""
    found: dict[str, float] = {}
    for name, units in deployment.month().items():
        product = PRICES[name].product
        found[product] = found.get(product, 0.0) + dollars(name, units)
    return Bill(found)


def shares(measured: Measured) -> dict[str, float]:
    """Part of each free quota that one site uses."""
    month = Deployment(measured, 1).month()
    return {name: share(name, units) for name, units in month.items() if PRICES[name].free}


def a_session(measured: Measured) -> Use:
    """Documents of one charge from joining to leaving, everything included but looking at the app."""
    active = [measured.busy[cause] - measured.idle[cause] for cause in OF_SESSIONS]
    return sum(active, Use()) * (1 / measured.happened["sessions"])


def beyond(measured: Measured) -> list[str]:
    """A sentence for each promise that is broken."""
    found: list[str] = []
    for name, part in shares(measured).items():
        most = MOST_OF_DOCUMENTS if name in DOCUMENTS else 1.0
        if name not in NOT_FREE and part > most:
            found.append(f"one site uses {part:.0%} of the free {PRICES[name].what}, at most {most:.0%} is wanted")
    one = a_session(measured)
    if one.reads > READS_A_SESSION:
        found.append(f"a session costs {one.reads:.0f} reads, budget {READS_A_SESSION}")
    if one.writes > WRITES_A_SESSION:
        found.append(f"a session costs {one.writes:.0f} writes, budget {WRITES_A_SESSION}")
    return found


def what_if(measured: Measured) -> list[tuple[str, float, float]]:
    """(what is changed, reads a day of one site, dollars a month of 100 sites), the first as it is."""
    return [
        ("as measured", *_both(measured)),
        ("the app polls every 10 s, not 30 s", *_both(_looked(measured, polls=3))),
        ("the app polls every 60 s", *_both(_looked(measured, polls=0.5))),
        ("every driver looks twice as often", *_both(_looked(measured, looks=2))),
        ("no screen shows the dashboard", *_both(_without_screen(measured))),
        ("readings are posted every 60 s, not 300 s", *_both(measured, Choices(posts=5))),
        ("an F1 serves 5 requests a second, not 10", *_both(measured, assumed=Assumed(requests_a_second=5))),
        ("an F1 serves 20", *_both(measured, assumed=Assumed(requests_a_second=20))),
    ]


def _both(measured: Measured, choices: Choices | None = None, assumed: Assumed | None = None) -> tuple[float, float]:
    one, hundred = (Deployment(measured, sites, choices or Choices(), assumed or Assumed()) for sites in (1, 100))
    return one.month()["reads"] / DAYS, bill(hundred).total


def _looked(measured: Measured, *, polls: float = 1, looks: float = 1) -> Measured:
    """More polls in a look, or more looks; the calls at a look's opening stay."""

    def changed(use: Use, *, remembers: bool) -> Use:
        polled = use.calls - measured.happened["opened"]
        before, after = (_reads_a_poll(one, remembers=remembers) for one in (POLL_S, POLL_S / polls))
        answer_bytes = use.sent_bytes / use.calls * polled
        more = Use(polled * (polls - 1), polled * (polls * after - before), sent_bytes=answer_bytes * (polls - 1))
        return (use + more) * looks

    return replace(
        measured,
        busy={**measured.busy, Cause.LOOKS: changed(measured.busy[Cause.LOOKS], remembers=True)},
        spread={**measured.spread, Cause.LOOKS: changed(measured.spread[Cause.LOOKS], remembers=False)},
    )


def _reads_a_poll(every_s: float, *, remembers: bool) -> float:
    """The location, and the token unless this instance checked it within the last minute."""
    return 1 + (min(1.0, every_s / TOKEN_KEPT_S) if remembers else 1.0)


def _without_screen(measured: Measured) -> Measured:
    return replace(
        measured, busy={**measured.busy, Cause.SCREEN: Use()}, spread={**measured.spread, Cause.SCREEN: Use()}
    )

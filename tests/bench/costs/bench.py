"""`python -m tests.bench costs`: lives the days, prints what they cost, and says what is beyond."""

from tests.bench.costs.bill import SITES, a_session, beyond, bill, shares
from tests.bench.costs.ledger import Cause, Use, Uses
from tests.bench.costs.measured import FILE, SHAPES, Measured, from_text, measure
from tests.bench.costs.model import Deployment
from tests.bench.costs.prices import PRICES

DRIFT = 0.05
"""What is counted may differ so much from the committed counts, of which the page is made."""
AGAIN = "run `python -m tests.bench.costs --write` and `make docs`"


def run() -> list[str]:
    """Print the tables; what is beyond."""
    measured = measure()
    day = Deployment(measured, 1).day()
    print(f"{'a day of one site':36} {'calls':>9} {'reads':>9} {'writes':>9} {'deletes':>9}")
    for cause, use in [*day.items(), ("together", sum(day.values(), Use()))]:
        print(f"{cause:36} {use.calls:9,.0f} {use.reads:9,.0f} {use.writes:9,.0f} {use.deletes:9,.0f}")
    session = a_session(measured)
    print(f"a session: {session.reads:.1f} reads, {session.writes:.1f} writes")
    print("free quotas used by one site:")
    for name, part in shares(measured).items():
        print(f"  {PRICES[name].product:12} {PRICES[name].what:34} {part:6.1%}")
    bills = {sites: bill(Deployment(measured, sites)) for sites in SITES}
    print(f"{'dollars a month, sites':24}" + "".join(f"{sites:>14,}" for sites in SITES))
    for product in bills[1].by_product:
        print(f"  {product:22}" + "".join(f"{bills[sites].by_product[product]:14,.2f}" for sites in SITES))
    print(f"  {'together':22}" + "".join(f"{bills[sites].total:14,.2f}" for sites in SITES))
    return beyond(measured) + drifted(measured)


def drifted(measured: Measured) -> list[str]:
    """A sentence where the committed counts are not what is counted now."""
    try:
        kept = from_text(FILE.read_text("utf-8"))
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        return [f"{FILE.name} cannot be read ({error!r}): {AGAIN}"]
    for name in SHAPES:
        before, now = _documents(getattr(kept, name)), _documents(getattr(measured, name))
        if abs(now - before) > DRIFT * before:
            return [f"a day ({name}) costs {now:,.0f} documents, {FILE.name} says {before:,.0f}: {AGAIN}"]
    return []


def _documents(uses: Uses) -> float:
    total = sum((uses[cause] for cause in Cause), Use())
    return total.reads + total.writes + total.deletes

"""The tables of the page, as Markdown."""

from collections.abc import Iterable, Sequence

from tests.bench.costs import assumed
from tests.bench.costs.bill import MENDED, SITES, a_session, bill, shares, what_if
from tests.bench.costs.ledger import Cause, Use
from tests.bench.costs.measured import Measured
from tests.bench.costs.model import Deployment
from tests.bench.costs.prices import DAYS, GIB, PRICES
from tests.bench.costs.savings import savings as saved
from tests.bench.costs.world import Shape

LOOKING = (Cause.LOOKS, Cause.LIST, Cause.ACTS, Cause.SWAPS)
"""What a driver causes with the app."""
MANY = SITES[-1]


def day(measured: Measured) -> str:
    """One site's day by cause."""
    causes = Deployment(measured, 1).day()
    rows = [[cause.value, f"{use.calls:,.0f}", *_numbers(use)] for cause, use in causes.items()]
    total = sum(causes.values(), Use())
    rows.append(["**together**", f"{total.calls:,.0f}", *_numbers(total)])
    return _table(("who causes it", "calls", "reads", "writes", "deletes"), rows)


def per(measured: Measured) -> str:
    """A charge, a driver, a site."""
    causes = Deployment(measured, 1).day()
    parts = [
        ("a charge, from joining to leaving, without looks at the app", a_session(measured), 1),
        ("a driver's day with the app", sum((causes[cause] for cause in LOOKING), Use()) * (1 / Shape().drivers), 1),
        ("a site's day with everybody active", sum(causes.values(), Use()), 0),
        ("a site's day on which nobody comes", sum(measured.idle.values(), Use()), 0),
    ]
    return _table(
        ("what", "reads", "writes", "deletes"), [[name, *_numbers(use, places)] for name, use, places in parts]
    )


def quotas(measured: Measured) -> str:
    """What one site uses of what is free."""
    month = Deployment(measured, 1).month()
    rows = []
    for name, part in shares(measured).items():
        price = PRICES[name]
        unit = GIB if price.per == GIB else 1
        often = DAYS if price.free_each == "day" else 1
        used = f"{_units(month[name] / often / unit)} a {price.free_each}"
        rows.append([f"{price.product}: {price.what}", used, _units(price.free / unit), f"{part:.0%}"])
    return _table(("what", "used", "free", "part"), rows)


def bills(measured: Measured) -> str:
    """A month of few and many sites by product, and the sizes behind it."""
    deployments = [*(Deployment(measured, sites) for sites in SITES), Deployment(measured, MANY, MENDED)]
    found = [bill(one) for one in deployments]
    months = [one.month() for one in deployments]
    per_site = [each.total / one.sites for each, one in zip(found, deployments, strict=True)]
    rows = [[product, *(f"{each.by_product[product]:,.2f}" for each in found)] for product in found[0].by_product]
    rows += [
        ["**together**", *(f"**{each.total:,.2f}**" for each in found)],
        ["a site", *(f"{dollars:,.2f}" for dollars in per_site)],
        ["machines for bridges", *(f"{one.bridges:,}" for one in deployments)],
        ["F1 instances in the busy hours", *(f"{one.instances:,}" for one in deployments)],
        ["million reads a day", *(f"{month['reads'] / DAYS / 1e6:,.2f}" for month in months)],
        ["million writes a day", *(f"{month['writes'] / DAYS / 1e6:,.2f}" for month in months)],
    ]
    return _table(("product", "1 site", "100 sites", f"{MANY:,} sites", f"{MANY:,}, mended"), rows)


def changes(measured: Measured) -> str:
    """What the bill is sensitive to."""
    rows = [[name, f"{reads:,.0f}", f"{total:,.2f}"] for name, reads, total in what_if(measured)]
    return _table(("what is changed", "reads a day, one site", "dollars a month, 100 sites"), rows)


def dear(measured: Measured) -> str:
    """The causes of most reads where there are many sites."""
    causes = Deployment(measured, MANY).day().items()
    most = sorted(causes, key=lambda item: -item[1].reads)[:5]
    return _table(("who causes it", "million reads"), [[cause.value, f"{use.reads / 1e6:,.0f}"] for cause, use in most])


def savings(measured: Measured) -> str:
    """What could be changed, and what one site would save a day."""
    rows = [[what, f"{use.reads:,.0f}", f"{use.writes:,.0f}", f"{use.calls:,.0f}"] for what, use in saved(measured)]
    return _table(("change", "reads", "writes", "calls"), rows)


def assumptions() -> str:
    """What was not counted."""
    return _table(("what", "value", "why"), [[name, f"{value:g}", why] for name, value, why in assumed.table()])


def prices() -> str:
    """The price table."""
    rows = []
    for price in PRICES.values():
        unit = GIB if price.per == GIB else 1
        per_unit = "a GiB" if price.per == GIB else f"{price.per:,.0f}"
        cost = f"${price.dollars:.7f}".rstrip("0").rstrip(".")
        free = f"{_units(price.free / unit)} a {price.free_each}"
        rows.append([f"{price.product}: {price.what}", f"{cost} for {per_unit}", free, price.page])
    return _table(("what", "price", "free", "page"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *["---:" for _ in head[1:]]]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, marks, *rows))


def _numbers(use: Use, places: int = 0) -> list[str]:
    return [f"{number:,.{places}f}" for number in (use.reads, use.writes, use.deletes)]


def _units(number: float) -> str:
    return f"{number:,.2f}" if number < 10 and number != int(number) else f"{number:,.0f}"

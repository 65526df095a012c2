"""`docs/costs.md`: what the counts and the model say, for the person who pays. The words are in `page.in.md`."""

from pathlib import Path

from tests.bench.costs import tables
from tests.bench.costs.bill import MENDED, MOST_OF_DOCUMENTS, ORIGINAL_READS, SITES, bill, shares
from tests.bench.costs.driver import LOOKS_A_DAY, POLL_S
from tests.bench.costs.ledger import Cause, Use
from tests.bench.costs.measured import Measured
from tests.bench.costs.model import Deployment
from tests.bench.costs.prices import AS_OF, DAYS, PRICES, REGION
from tests.bench.costs.world import Shape

WORDS = Path(__file__).parent / "page.in.md"


def page(measured: Measured) -> str:
    """The whole page."""
    one, hundred, many = (bill(Deployment(measured, sites)).total for sites in SITES)
    happened, readings = measured.happened, measured.busy[Cause.READINGS]
    day = sum(Deployment(measured, 1).day().values(), Use())
    idle = sum(measured.idle.values(), Use())
    hours = happened["charging_minutes"] / 60
    second = (24 + 11 - PRICES["instance_hours"].free) * PRICES["instance_hours"].dollars * DAYS
    return WORDS.read_text("utf-8").format(
        chargers=Shape().chargers,
        drivers=Shape().drivers,
        reads_part=f"{shares(measured)['reads']:.0%}",
        one=f"{one:.2f}",
        hundred=f"{hundred:,.0f}",
        many=f"{many:,.0f}",
        many_sites=f"{SITES[-1]:,}",
        mended=f"{bill(Deployment(measured, SITES[-1], MENDED)).total:,.0f}",
        sessions=happened["sessions"],
        served=happened["drivers_served"],
        charging_hours=f"{hours:.0f}",
        opened=happened["opened"],
        looks=LOOKS_A_DAY,
        pushes=happened["pushes"],
        poll_s=POLL_S,
        original=f"{ORIGINAL_READS:,}",
        reading_writes=f"{readings.writes / happened['sessions']:.0f}",
        hourly_writes=f"{readings.writes / hours:.1f}",
        idle_part=f"{idle.reads / day.reads:.0%}",
        most=f"{MOST_OF_DOCUMENTS:.0%}",
        second=f"{second:.0f}",
        region=REGION,
        as_of=AS_OF,
        day_table=tables.day(measured),
        per_table=tables.per(measured),
        quota_table=tables.quotas(measured),
        bill_table=tables.bills(measured),
        what_if_table=tables.changes(measured),
        dear_table=tables.dear(measured),
        saving_table=tables.savings(measured),
        assumed_table=tables.assumptions(),
        price_table=tables.prices(),
    )

"""A day of ten units that post their level every five seconds: documents, the same however often nothing changes.

Budget: no write without a change but the mark that a unit lives (each once in ten minutes); a site read in 30 s.
"""

from model.decision import Actor
from scheduling.inputs import PutCharger
from services.site_services import SiteServices
from tests.fakes.site_world import ADMIN, YARD, World

UNITS = 10
EVERY_S = 5
DAY_S = 24 * 3600
CACHED_S = 30
MARK_S = 600
CHARGES = 3
"""Of each unit: plugged in at another hour, an hour of charging, half an hour full."""
UNIT = Actor(kind="service", id="unit")


def run() -> list[str]:
    """Print the day; a sentence for each budget that is broken."""
    world = World()
    world.location()
    sites: SiteServices = world.services
    names = [f"u{number}" for number in range(UNITS)]
    for name in names:
        sites.keeping.put_charger(YARD, PutCharger(charger_id=name), ADMIN)
    version = sites.sites.get(YARD).version
    with world.store.measure() as count:
        for second in range(0, DAY_S, EVERY_S):
            for number, name in enumerate(names):
                sites.units.report(YARD, name, level(second, number), UNIT)
            world.clock.advance(seconds=EVERY_S)
    changes = sites.sites.get(YARD).version - version
    with world.store.measure() as one:
        sites.units.report(YARD, names[0], "charging", UNIT)
    posts, marks = DAY_S // EVERY_S * UNITS, DAY_S // MARK_S * UNITS
    most_reads = DAY_S // CACHED_S + changes * one.reads
    most_writes = marks + changes * one.writes
    print(f"{posts:,} posts of {UNITS} units, {changes} changes: {count.reads:,} reads (at most {most_reads:,}),")
    print(
        f"{count.writes:,} writes (at most {most_writes:,}: {marks:,} marks that a unit lives, {one.writes} a change)"
    )
    beyond = []
    if count.reads > most_reads:
        beyond.append(f"{count.reads} reads of a day of units, budget {most_reads}")
    if count.writes > most_writes:
        beyond.append(f"{count.writes} writes of a day of units, budget {most_writes}")
    return beyond


def level(second: int, number: int) -> str:
    """What a unit says at a second of the day."""
    begins = DAY_S // CHARGES
    since = (second - number * 600) % begins
    if second < number * 600 or since >= 5400:
        return "available"
    return "charging" if since < 3600 else "full"

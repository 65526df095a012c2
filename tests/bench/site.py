"""The largest site there may be, as a document and under the rules: bytes, indexed fields, milliseconds."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from statistics import median

from model import paths
from model.documents import to_json
from model.site import MAX_CHARGERS, MAX_WAITING, Charger, Entry, Member, OpenSession, Phase, Score, Site
from model.store.memory import MemoryStore
from model.store.values import check_document
from scheduling.decide import decide
from scheduling.inputs import Input, Join, LevelReported, PutLocation, Tick
from scheduling.outcome import Need, State
from scheduling.people import Person
from services.sites.site_document import site_document, site_of
from tests.fakes.clock import START
from tests.unit.services.sites.test_site_bounds import full_site, indexed

MOST_BYTES = 1024 * 1024
MOST_INDEXED = 100
TIMES = 9


def run() -> list[str]:
    """Print the figures; what is beyond. Milliseconds have no budget here: machines differ."""
    site = full_site()
    json = to_json(site)
    document = site_document(site, json)
    size = check_document(paths.location("x"), document).size_bytes
    fields = indexed(document)
    print(f"{MAX_CHARGERS} chargers, {MAX_WAITING} waiting: {len(json):,} bytes of JSON")
    print(f"document   {size:>9,} bytes            budget {MOST_BYTES:,}")
    print(f"indexed    {fields:>9,} fields           budget < {MOST_INDEXED}")
    print(f"encode     {_median_ms(lambda: site_document(site, to_json(site))):>9.1f} ms")
    print(f"decode     {_median_ms(lambda: site_of(document)):>9.1f} ms")
    busy = crowded_site()
    for what, asked in {
        "somebody joins": Join(user_id="new"),
        "a unit goes on": LevelReported(charger_id="c0", level="full"),
        "time passes": Tick(),
        "midnight": Tick(),
    }.items():
        at = timedelta(days=1) if what == "midnight" else timedelta(minutes=1)
        print(f"decide     {_median_ms(lambda asked=asked, at=at: decided(busy, asked, at)):>9.1f} ms   {what}")
    return beyond(size, fields)


def beyond(size_bytes: int, fields: int) -> list[str]:
    """A sentence for each bound that is broken."""
    found = []
    if size_bytes >= MOST_BYTES:
        found.append(f"the largest site is {size_bytes:,} bytes, budget {MOST_BYTES:,}")
    if fields >= MOST_INDEXED:
        found.append(f"the largest site has {fields} indexed fields, budget < {MOST_INDEXED}")
    return found

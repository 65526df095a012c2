"""The largest site there may be, as a document and under the rules: bytes, indexed fields, milliseconds."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median

from model import paths
from model.charger import Charger, OpenSession, Phase
from model.documents import to_json
from model.entry import Entry, Member, Score
from model.session import Session
from model.site import MAX_CHARGERS, MAX_WAITING, Day, Site
from model.store.values import check_document
from scheduling.decide import decide
from scheduling.inputs import Input, Join, LevelReported, Tick
from scheduling.outcome import Need, State
from scheduling.people import Person
from services.sites.site_document import site_document, site_of
from tests.fakes.clock import START
from tests.unit.services.sites.test_site_bounds import full_site, indexed

MOST_BYTES = 1024 * 1024
MOST_INDEXED = 100
TIMES = 9
ROUNDS = 2000
MINUTE = timedelta(minutes=1)
DECIDED: dict[str, tuple[Input, timedelta]] = {
    "somebody joins": (Join(user_id="new"), MINUTE),
    "a car is full": (LevelReported(charger_id="c0", level="full"), MINUTE),
    "a car leaves, the next is asked": (LevelReported(charger_id="c0", level="available"), MINUTE),
    "midnight, all are removed": (Tick(), timedelta(days=1)),
}


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
    for what, (asked, after) in DECIDED.items():
        decide_once = partial(decided, busy, asked, after)
        if not decide_once():
            raise RuntimeError(f"{what}: nothing was decided")
        print(f"decide     {_median_ms(decide_once):>9.1f} ms   {what}")
    return beyond(size, fields)


def decided(site: Site, asked: Input, after: timedelta) -> bool:
    """Decide as the desk does: what the rules ask for is given, and they are asked again. Whether anything changed."""
    people: set[str] = set()
    records: dict[tuple[str, int], Session] = {}
    for _ in range(ROUNDS):
        state = State(site=site, people={one: _person(one) for one in people}, sessions=records)
        try:
            return decide(state, [asked], START + after).changed
        except Need as need:
            people |= need.people
            records |= {key: _record(site, *key) for key in need.sessions}
    raise RuntimeError("the rules ask on and on")


def crowded_site() -> Site:
    """Every charger in use, and one place left in the queue."""
    chance = random.Random(7)
    chargers = {}
    for number in range(MAX_CHARGERS):
        entry = _entry(number, chance)
        session = OpenSession(number=1, phase=Phase.CHARGING, entry=entry, assigned_at=START, plugged_at=START)
        chargers[f"c{number}"] = Charger(
            charger_id=f"c{number}", plugged=True, status="charging", session=session, last_session=1
        )
    queue = tuple(_entry(MAX_CHARGERS + number, chance) for number in range(MAX_WAITING - 1))
    site = Site(location_id="x", chargers=chargers, queue=queue, last_entry=MAX_CHARGERS + MAX_WAITING)
    day = Day(date=START.date())
    return replace(site, version=1, time_zone="Europe/Vienna", day=day, decided_at=START, next_due_at=START)


def _entry(number: int, chance: random.Random) -> Entry:
    joined_min = START.timestamp() / 60 - chance.random() * 600
    shift_min = chance.uniform(-240, 600)
    score = Score(value=joined_min + shift_min, joined_min=joined_min, shift_min=shift_min)
    return Entry(entry_id=number + 1, member=_member(f"u{number}"), joined_at=START, score=score)


def _member(user_id: str) -> Member:
    return Member(user_id=user_id, username=user_id, initials="A. B.", tag=f"T{user_id}")


def _person(user_id: str) -> Person:
    return Person(member=_member(user_id))


def _record(site: Site, charger_id: str, number: int) -> Session:
    return Session(location_id=site.location_id, charger_id=charger_id, number=number, assigned_at=START, sort_at=START)


def _median_ms(act: Callable[[], object]) -> float:
    """Of several runs, each on its own."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def beyond(size_bytes: int, fields: int) -> list[str]:
    """A sentence for each bound that is broken."""
    found = []
    if size_bytes >= MOST_BYTES:
        found.append(f"the largest site is {size_bytes:,} bytes, budget {MOST_BYTES:,}")
    if fields >= MOST_INDEXED:
        found.append(f"the largest site has {fields} indexed fields, budget < {MOST_INDEXED}")
    return found

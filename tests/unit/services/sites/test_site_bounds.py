"""The largest site there may be still fits one document, with few fields to index."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from model import paths
from model.charger import Charger, EndReason, Enforcement, OpenSession, OpenTransaction, PastHold, Phase
from model.documents import to_json
from model.entry import Entry, Member, Score
from model.settings import Settings
from model.site import MAX_CHARGERS, MAX_WAITING, Cursor, Day, Link, Site
from model.store.values import check_document
from scheduling.inputs import Tick
from services.sites.site_document import site_document, site_of
from tests.fakes.clock import START
from tests.fakes.site_world import ADMIN, YARD

MOST_INDEXED = 100


def indexed(value: Any) -> int:
    """Values Firestore would index, each on its own; ``body`` is exempt."""
    if isinstance(value, dict):
        return sum(indexed(item) for name, item in value.items() if name != "body")
    if isinstance(value, list):
        return sum(indexed(item) for item in value)
    return 1


def member(number: int, chance: random.Random) -> Member:
    letters = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789ä€", k=40))
    return Member(user_id=f"{chance.getrandbits(120):030x}", username=letters, initials="A. B.", tag=f"{number:020d}")


def entry(number: int, chance: random.Random) -> Entry:
    numbers = [chance.random() * 1000 for _ in range(8)]
    score = Score(
        value=numbers[0], joined_min=numbers[1], shift_min=numbers[2], boost_min=numbers[3], ratio=numbers[4],
        mean=numbers[5], got_kwh=numbers[6], debt_kwh=numbers[7], ask_kwh=numbers[0],
    )  # fmt: skip
    at = START + timedelta(microseconds=chance.getrandbits(40))
    return Entry(entry_id=number, member=member(number, chance), joined_at=at, score=score, snoozed_until=at)


def full_site() -> Site:
    chance = random.Random(7)
    queue = tuple(entry(number, chance) for number in range(MAX_WAITING))
    chargers = {}
    for number in range(MAX_CHARGERS):
        session = OpenSession(
            number=number,
            phase=Phase.CHARGING,
            entry=entry(number, chance),
            assigned_at=START,
            ahead=tuple(chance.sample(range(10**6), 50)),
            plugged_at=START,
            accepted_at=START,
        )
        name = f"charger-{number:056d}"
        chargers[name] = Charger(
            charger_id=name,
            connector_type="iec_62196_t2",
            enforcement=Enforcement.RESERVE,
            charge_point_id=f"point-{number:058d}",
            connector=1,
            session=session,
            transaction=OpenTransaction(
                transaction_id=f"{chance.getrandbits(120):030x}",
                session_number=1,
                meter_start_wh=10**9,
                started_at=START,
            ),
            last_hold=PastHold(session=session, deadline=START, reason=EndReason.NO_SHOW),
        )
    links = {
        charger.charge_point_id: Link(
            charge_point_id=charger.charge_point_id,
            bridge_id="bridge-1",
            cursors={f"{chance.getrandbits(120):030x}": Cursor(seq=10**9, heard_at=START) for _ in range(3)},
        )
        for charger in chargers.values()
    }
    counts = {one.member.user_id: 2 for one in queue}
    day = Day(date=START.date(), snoozes=counts, silences=counts, no_shows=counts, out=tuple(counts))
    return Site(
        location_id="l" * 64,
        settings=Settings(),
        description="d" * 2000,
        notes="n" * 2000,
        chargers=chargers,
        queue=queue,
        links=links,
        day=day,
        next_due_at=START,
    )


def test_the_full_site_fits_a_document_and_comes_back_the_same():
    site = full_site()
    document = site_document(site, to_json(site))
    assert check_document("locations/x", document).size_bytes < 1024 * 1024 // 2
    assert indexed(document) < MOST_INDEXED
    assert site_of(document) == site


def test_the_midnight_of_a_full_queue_is_two_writes_and_fits(world):
    made = world.location(chargers=0)
    full = full_site()
    site = replace(full, location_id=YARD, chargers={}, links={}, version=made.version, decided_at=START)
    world.store.put(paths.location(YARD), site_document(site, to_json(site)))
    world.clock.advance(days=1)
    with world.store.measure() as count:
        decided = world.desk.decide(YARD, [Tick()], ADMIN)
    assert decided.midnight
    assert len(decided.effects) == MAX_WAITING
    assert (count.reads, count.writes) == (1, 2)
    document = world.store.get(paths.decision(YARD, decided.site.version))
    assert document is not None
    assert check_document(document.path, document.data).size_bytes < 1024 * 1024 // 2


def test_a_small_site_is_kept_readable():
    site = Site(location_id="yard")
    body = site_document(site, to_json(site))["body"]
    assert body == b"\x00" + to_json(site)

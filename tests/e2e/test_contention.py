"""Four workers at one location on Firestore: joins, ends and the midnight reset at the same moment."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.app import create_app
from model import paths
from model.account import Scope, ScopeKind
from model.charger import Phase
from model.site import Site
from model.store.open import open_store
from model.store.port import Store
from model.store.query import Order, Query
from scheduling.inputs import PutCharger, PutLocation
from services.background import Jobs, jobs
from services.context import Services
from services.indexes import INDEXES
from services.sites.decision_document import decision_of
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.people import Answer, People, Someone
from tests.fakes.randomness import FakeRandomness
from tests.fakes.site_composition import with_sites
from tests.fakes.site_world import ADMIN

WORKERS = 4
DRIVERS = 12
CHARGERS = 3
LOT = "/api/location/lot"
MIDNIGHT_IN = timedelta(hours=15)
"""From the clock's start: 23:00 UTC in March, Vienna's midnight."""
PATIENCE_S = 60


class Worker:
    """One process's API and jobs: a connection, caches and a memory of its own."""

    def __init__(self, store: Store, clock: FakeClock, randomness: FakeRandomness) -> None:
        self.services: Services = with_sites(fake_services(store=store, clock=clock, randomness=randomness))
        self.app = create_app(self.services)
        sites = self.services.sites
        assert sites is not None
        self.sites = sites
        self.jobs: Jobs = jobs(store, clock, self.services.notifier, self.services.bus, sites)


class Lot:
    """Drivers and units by name, each a sender through the worker that is asked."""

    def __init__(self, workers: list[Worker], clock: FakeClock) -> None:
        self.workers = workers
        self.clock = clock
        first = workers[0]
        people = People(first.app, first.services)
        first.sites.keeping.put_location("lot", PutLocation(name="Lot", time_zone="Europe/Vienna"), ADMIN)
        for charger in range(CHARGERS):
            first.sites.keeping.put_charger("lot", PutCharger(charger_id=f"c{charger}"), ADMIN)
        self.tokens = {f"d{number}": people.user(f"d{number}").token for number in range(DRIVERS)}
        for charger in range(CHARGERS):
            unit = people.unit(Scope(kind=ScopeKind.CHARGER, id=f"lot:c{charger}"), f"u{charger}")
            self.tokens[f"u{charger}"] = unit.token
        self.refused = 0
        """Answers 503, each of which was asked again."""

    def ask(self, worker: int, who: str, method: str, path: str, body: object = None) -> Answer:
        """The answer; 503 with Retry-After is asked again, with the same key, as a client does."""
        someone = Someone(self.workers[worker % WORKERS].app, self.tokens[who])
        headers = {"Idempotency-Key": f"{who}-{random.getrandbits(64):x}"}
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = someone.send(method, f"{LOT}{path}", json=body, headers=headers)
            if answer.status_code != 503 or time.monotonic() > until:
                return answer
            assert int(answer.headers["Retry-After"]) >= 1
            self.refused += 1

    def at_once(self, *acts: Callable[[], Answer]) -> list[Answer]:
        """What everybody does at the same moment."""
        ready = threading.Barrier(len(acts))

        def act(one: Callable[[], Answer]) -> Answer:
            ready.wait(10)
            return one()

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(act, acts))

    @property
    def site(self) -> Site:
        return self.workers[0].sites.sites.get("lot")

    def report(self, charger: int, level: str) -> Callable[[], Answer]:
        return lambda: self.ask(charger, f"u{charger}", "PUT", f"/charger/c{charger}", {"state": level})

    def join(self, number: int) -> Callable[[], Answer]:
        return lambda: self.ask(number, f"d{number}", "POST", "/queue")

    def check(self) -> None:
        """Nothing is doubled, nothing dangles, and every version of the site has its one decision."""
        site = self.site
        inside = [entry.member.user_id for entry in site.queue]
        for charger in site.chargers.values():
            session = charger.session
            if session is not None and session.phase in {Phase.OFFERED, Phase.HELD} and session.entry is not None:
                inside.append(session.entry.member.user_id)
        assert len(inside) == len(set(inside))
        decisions = self.decisions()
        assert [decision.version for decision in decisions] == list(range(1, site.version + 1))
        assert decisions[-1].version == site.version

    def decisions(self):
        query = Query(paths.decisions("lot"), order_by=(Order("version"),))
        return [decision_of(document.data) for document in self.workers[0].services.store.query(query)]


@pytest.fixture
def lot(firestore_host: str, project: str) -> Iterator[Lot]:
    clock, randomness = FakeClock(), FakeRandomness()
    stores = [open_store(f"firestore:{project}", indexes=INDEXES, environ={}) for _ in range(WORKERS)]
    try:
        yield Lot([Worker(store, clock, randomness) for store in stores], clock)
    finally:
        for store in stores:
            store.close()


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


@pytest.mark.timeout(300)
def test_joins_ends_and_the_reset_at_once_leave_one_right_state(lot: Lot):
    lot.at_once(*(lot.report(charger, "available") for charger in range(CHARGERS)))

    joined = lot.at_once(*(lot.join(number) for number in range(9)))
    assert statuses(joined) == [201] * 9
    assert sum(answer.json["offer"] is not None for answer in joined) == CHARGERS
    assert len(lot.site.queue) == 9 - CHARGERS
    lot.check()

    asked = {
        charger.charger_id: charger.session.entry.member.username
        for charger in lot.site.chargers.values()
        if charger.session is not None and charger.session.entry is not None
    }
    assert len(asked) == CHARGERS
    # Twice each: the second acceptance finds the hold.
    accepts = [
        lambda who=who, worker=worker: lot.ask(worker, who, "POST", "/queue/offer", {"action": "accept"})
        for who in asked.values()
        for worker in range(2)
    ]
    assert set(statuses(lot.at_once(*accepts))) <= {200, 409}
    assert {charger.session.phase for charger in lot.site.chargers.values() if charger.session} == {Phase.HELD}
    lot.at_once(*(lot.report(charger, "charging") for charger in range(CHARGERS)))
    lot.check()

    lot.clock.advance(seconds=MIDNIGHT_IN.total_seconds())
    ends = [
        lambda charger=charger, who=who: lot.ask(1, who, "DELETE", f"/charger/{charger}/session")
        for charger, who in asked.items()
    ]
    resets = [lambda worker=worker: worker.jobs.timers.tick_sites() for worker in lot.workers]
    joins = [lot.join(number) for number in range(9, DRIVERS)]
    answers = lot.at_once(*itertools.chain(ends, resets, joins))
    assert statuses(answers[:CHARGERS]) == [200] * CHARGERS
    assert statuses(answers[-len(joins) :]) == [201] * len(joins)
    lot.check()

    site = lot.site
    assert [charger.session for charger in site.chargers.values()] == [None] * CHARGERS
    assert not any(charger.free for charger in site.chargers.values()), "their cars are still plugged in"
    assert {entry.member.username for entry in site.queue} == {f"d{number}" for number in range(9, DRIVERS)}
    assert sum(decision.site is not None for decision in lot.decisions()) == 2, "created, and one midnight"

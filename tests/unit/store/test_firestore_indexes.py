"""The index file serves every query the code makes, and indexes next to nothing else. The emulator asks for none."""

import ast
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from api.app import create_app
from docs.firestore_indexes import COLLECTIONS
from model import paths
from model.charger import EndReason
from model.documents import to_json
from model.errors import NotFound
from model.export import Format, Wanted, What
from model.store.firestore import FirestoreStore
from model.store.memory import MemoryStore
from model.store.moment import Moment
from model.store.port import Filter, Order, Query
from model.store.query import check_query
from model.store.values import DOCUMENT_BYTES, check_document
from services.adapters.trial_payments import TrialPayments
from services.chargepoints.local_lists import full_list
from services.history.filing import file_all
from services.meter.reading import Wanted as Measured
from services.money.bookkeeping import Bookkeeping
from services.notifying.readers import readers
from services.publishing.publishing import Publishing
from services.reports.summarising import Summaries
from services.sites.film import film
from services.sites.replay import replay
from services.sites.session_list import SessionFilter, list_sessions
from services.sites.site_document import site_document, site_of
from services.timers.cleaning import EXPIRING, clean
from services.transfer.everything import documents
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_composition import with_sites
from tests.fakes.site_world import DRIVER, YARD, World
from tests.unit.services.sites.test_site_bounds import full_site
from tests.unit.store.declared import Declared

ROOT = Path(__file__).parents[3]
ROOMS = ("api", "functions", "scheduling", "services")


class Recording(MemoryStore):
    """Keeps each query, and which files of ours led to it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Query] = []
        self.askers: set[str] = set()

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Itself: nobody writes meanwhile, and what is asked of a copy would not be kept."""
        yield Moment(self._read, self._search, self.retry)

    def _matching(self, query: Query):
        self.asked.append(query)
        frame = inspect.currentframe()
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT):
                self.askers.add(file.relative_to(ROOT).as_posix())
            frame = frame.f_back
        return super()._matching(query)


def files_with_queries() -> set[str]:
    """Where the store's own `Query` is made."""
    found = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            imported = {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module in {"model.store.query", "model.store.port"}
                for alias in node.names
            }
            made = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
            if "Query" in imported & made:
                found.add(file.relative_to(ROOT).as_posix())
    return found


def every_list(user_id: str) -> Iterator[SessionFilter]:
    """Every combination by which sessions are listed."""
    for charger, user, tag, reason, unplugged, since in product(
        (None, "c1"), (None, user_id), (None, "t"), (None, EndReason.DECLINED), (False, True), (None, NOON)
    ):
        wanted = SessionFilter(
            location_id=YARD, charger_id=charger, user_id=user, tag=tag, end_reason=reason, unplugged=unplugged,
            since=since,
        )  # fmt: skip
        yield wanted
        if user is not None:
            yield replace(wanted, location_id=None)


def the_evening(world: World) -> None:
    """What is made of the day: values are read, receivers told, days counted, books checked."""
    charge = world.services.lately.charge(YARD, "c1")
    for since in (None, NOON):
        world.services.measurements.read(YARD, charge.charger_id, charge.number, Measured(since=since))
    assert Publishing(world.store, world.clock, world.services.sites, FakePublisher(), "p1").publish(YARD) > 0
    summaries = Summaries(world.store, world.clock)
    assert summaries.run() > 0
    summaries.count_anew(YARD)
    [period] = world.services.reports.week(NOON.date(), YARD)
    assert period.chargers
    assert Bookkeeping(world.store, world.clock, TrialPayments("secret")).daily() == 0


@pytest.fixture(scope="module")
def asked() -> Recording:
    """Everything that queries, done once: a site's day, and an account's life."""
    store = Recording()
    world = World(inner=store)
    world.location()
    world.charge_point()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    world.nudged()
    long_ago = {"connector": 1, "meter_start_wh": 0, "tag": ann.tag, "occurred_at": "2020-05-05T12:00:00Z"}
    world.tell("CP1", "transaction_started", transaction_id="t0", **long_ago)
    world.starts(ann.tag)
    world.tell("CP1", "status", connector=1, status="faulted")
    world.nudged()
    cursor = world.services.bridge_configs.config("b1").cursor
    world.services.bridge_configs.config("b1", cursor)
    world.services.registry.all()
    world.services.unknown.all()
    for action in ("", "SecurityEventNotification"):
        world.services.notices.page("CP1", action, 10, "")
    full_list(world.store, world.clock.now(), 1)
    for unplugged in (False, True):
        for user_id in (None, ann.user_id):
            first = world.services.sites.sessions(YARD, "c1", user_id=user_id, unplugged=unplugged, page_size=1)
            assert first.items
    for wanted in every_list(ann.user_id):
        list_sessions(world.store, wanted)
    world.services.history.day(YARD, "c1")
    file_all(world.store)
    world.services.history.page(YARD, "c1")
    now = world.clock.now()
    export = Wanted(what=What.STATUS_HISTORY, format=Format.CSV, location_id=YARD, since=now - timedelta(1), until=now)
    world.services.exports.later(export, ann.user_id)
    assert world.services.exports.jobs.run() == 1
    world.services.sites.decisions(YARD)
    film(world.store, world.clock, world.services.sites, YARD, NOON.date())
    lately = world.services.lately
    assert lately.charge(YARD, "c1").name == lately.charge_of(ann.user_id).name
    for none in (partial(lately.reservation, YARD, "c1"), partial(lately.reservation_of, ann.user_id)):
        with pytest.raises(NotFound):
            none()
    world.services.sites.all()
    world.background.timers.tick()
    clean(world.store, world.clock.now())
    assert readers(world.store, "") == []
    assert replay(world.store, YARD).replayed
    the_evening(world)
    assert list(documents(store))
    services = with_sites(fake_services(store=store))
    app = create_app(services)
    people = People(app, services)
    people.admin("second")
    root, bob = people.admin("root"), people.user("bob", email="bob@example.org")
    answers = [
        people.anonymous().post("/api/auth/login", {"username": "bob", "password": PASSWORD}),
        root.get("/api/user/all"),
        root.get("/api/user/bob/token"),
        bob.post("/api/user/tag", {"tag": "CARD-1"}),
        bob.get("/api/user/tag"),
        bob.get("/api/user/balance"),
        bob.get("/api/user/export"),
        root.get("/api/admin_log"),
        root.put("/api/group/staff", {}),
        root.put("/api/group/staff/member/bob"),
        root.get("/api/group"),
        root.get("/api/group/staff/member"),
        root.delete("/api/group/staff"),
        root.patch("/api/user/second/set_user_admin", {"is_admin": False}),
        bob.delete("/api/user"),
    ]
    assert {answer.status_code for answer in answers} <= {200, 201}
    return store


def test_every_query_of_a_day_is_served_by_an_index(asked: Recording) -> None:
    declared = Declared.here()
    assert len({(query.collection, query.where, query.order_by) for query in asked.asked}) >= 20
    assert [query for query in asked.asked if not declared.serves(query)] == []


def test_that_day_asks_from_every_file_that_makes_a_query(asked: Recording) -> None:
    files = files_with_queries()
    assert len(files) >= 12
    assert files - asked.askers == set()


NOON = World().clock.now()
TWO = (Filter("a", "==", 1), Filter("b", "==", 1))
CASES = [
    (Query("tokens"), True),
    (Query("tokens", limit=5, group=True), True),
    (Query("tokens", (Filter("user_id", "==", "u"),)), True),
    (Query("tokens", (Filter("user_id", "==", "u"),), group=True), False),
    (Query("tokens", (Filter("username", "==", "u"),)), False),
    (Query("tokens", (Filter("expires_at", "<=", NOON),)), True),
    (Query("tokens", order_by=(Order("expires_at", descending=True),)), False),
    (Query("locations/l/decisions", (Filter("expires_at", "<=", NOON),)), False),
    (Query("decisions", (Filter("expires_at", "<=", NOON),), group=True), True),
    (Query("locations/l/sessions", (Filter("charger_key", "==", "c"),)), False),
    (Query("locations/l/sessions", (Filter("charger_key", "==", "c"),), (Order("sort_at", descending=True),)), True),
    (Query("locations/l/sessions", (Filter("charger_key", "==", "c"),), (Order("sort_at"),)), False),
    (Query("locations/l/sessions", order_by=(Order("assigned_at", descending=True),)), False),
    (Query("elsewhere", TWO), True),
    (Query("elsewhere", TWO, (Order("n"),)), False),
    (Query("elsewhere", order_by=(Order("n"), Order("m"))), False),
    (Query("elsewhere", (Filter("n", ">", 1),), group=True), False),
]


@pytest.mark.parametrize(("query", "served"), CASES)
def test_an_index_serves_what_firestore_says_it_serves(query: Query, served: bool) -> None:
    check_query(query)
    assert Declared.here().serves(query) is served


def test_no_field_of_any_collection_is_indexed_unless_it_is_asked_for() -> None:
    declared = Declared.here()
    own = {value for name, value in vars(paths).items() if name.isupper() and isinstance(value, str)}
    assert own == set(COLLECTIONS)
    for collection in COLLECTIONS:
        assert declared.single(collection, "body") == set()
        assert declared.single(collection, "anything.below") == set()


def test_what_expires_is_deleted_by_firestore_too() -> None:
    assert Declared.here().lives == {(collection, "expires_at") for collection, _ in EXPIRING}


def test_the_largest_site_is_one_document_with_few_index_entries_on_firestore(firestore_host, project) -> None:
    site, path = full_site(), paths.location("x")
    document = site_document(site, to_json(site))
    assert check_document(path, document).size_bytes < DOCUMENT_BYTES
    assert Declared.here().entries(path, document) < 10
    with FirestoreStore(project) as store:
        store.put(path, document)
        due = Query(paths.LOCATIONS, (Filter("next_due_at", "<=", site.next_due_at or NOON + timedelta(1)),))
        found = store.get(path)
        assert found is not None
        assert site_of(found.data) == site
        assert [one.path for one in store.query(due)] == ([path] if site.next_due_at else [])


def test_entries_are_counted_as_firestore_counts_them() -> None:
    declared = Declared.here()
    assert declared.entries("elsewhere/a", {"n": 1, "m": {"x": 1}, "k": [1, 2]}) == 2 * (1 + 2 + 3)
    assert declared.entries("chargepoints/c/notices/n", {"action": "x", "at": NOON, "payload": {}}) == 2
    assert declared.entries("locations/l", {"next_due_at": NOON, "version": 3, "body": "x"}) == 1
